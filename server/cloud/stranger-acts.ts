import { UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import {
  DeleteTargetGroupCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { RuleEntry } from '../domain/observation.js'
import { Refusal } from '../domain/refusal.js'
import { CallUnclear, type LocalCloudControl } from '../engine/ports.js'
import type { Clients, ServiceClients } from './clients.js'
import { awsRequest, performRequest, type AwsRequest } from './request.js'
import { actionsWith, entriesOf } from './rule-actions.js'
import { asCallError, type Reply, type SdkCommand } from './send.js'

const timeoutMs = 15_000

type StrangerActs = Pick<
  LocalCloudControl,
  'terminateInstance' | 'changeWeight' | 'resizeGroup' | 'deleteTargetGroup'
>

/**
 * What somebody else may do in the account, by the same calls that such a person would send: nothing of it is recorded as
 * ours, no lease is asked for. Only ever made for the local cloud.
 */
export function strangerActs({ readers, writers }: Clients): StrangerActs {
  const send = <Output extends Reply>(service: keyof ServiceClients, command: SdkCommand<Output>) =>
    sendAsStranger(writers, awsRequest(service, command))
  const rewrite = async (
    ruleArn: string,
    change: (entries: readonly RuleEntry[]) => readonly RuleEntry[],
  ) => {
    const actions = await actionsOf(readers, ruleArn)
    const Actions = actionsWith(actions, change(entriesOf(actions)))
    await send('elb', new ModifyRuleCommand({ RuleArn: ruleArn, Actions }))
  }
  return {
    terminateInstance: (instanceId) =>
      send('ec2', new TerminateInstancesCommand({ InstanceIds: [instanceId] })),
    resizeGroup: (group, { min, desired, max }) =>
      send(
        'autoScaling',
        new UpdateAutoScalingGroupCommand({
          AutoScalingGroupName: group,
          MinSize: min,
          DesiredCapacity: desired,
          MaxSize: max,
        }),
      ),
    changeWeight: (ruleArn, targetGroupArn, weight) =>
      rewrite(ruleArn, (entries) => [
        ...entries.filter((entry) => entry.targetGroupArn !== targetGroupArn),
        { targetGroupArn, weight },
      ]),
    async deleteTargetGroup(ruleArn, targetGroupArn) {
      await rewrite(ruleArn, (entries) => withoutGroup(entries, targetGroupArn))
      await send('elb', new DeleteTargetGroupCommand({ TargetGroupArn: targetGroupArn }))
    },
  }
}

async function sendAsStranger(writers: ServiceClients, request: AwsRequest): Promise<void> {
  try {
    await performRequest(writers, request, () => undefined, AbortSignal.timeout(timeoutMs))
  } catch (error) {
    if (!(error instanceof CallUnclear)) throw error
    throw new Refusal(
      'StrangerUnanswered',
      `The stranger got no answer (${error.message}). Whether it was done is not known: look at what is there. Planned faults befall a stranger’s calls too.`,
    )
  }
}

/** A rule has to forward somewhere, so the last one stays. */
function withoutGroup(entries: readonly RuleEntry[], targetGroupArn: string): readonly RuleEntry[] {
  const others = entries.filter((entry) => entry.targetGroupArn !== targetGroupArn)
  if (others.length > 0) return others
  const sentence =
    'The rule forwards to this target group alone: AWS lets nobody delete it before another one is in the rule.'
  throw new Refusal('OnlyTargetGroup', `${sentence} Nothing was changed.`, 'invalid', {
    faults: [{ field: 'group', sentence }],
  })
}

async function actionsOf(readers: ServiceClients, ruleArn: string): Promise<readonly Action[]> {
  try {
    const { Rules } = await readers.elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }))
    return Rules?.[0]?.Actions ?? []
  } catch (error) {
    throw asCallError(error, true)
  }
}
