import type { ListedGroup } from './account-listing.js'
import { askWhoSeesAll, seenNames, type AdoptionObstacle, type MayName } from './adoption-obstacle.js'
import { ruleWords, type ForwardingRule } from './forwarding-rule.js'

/** The rules that send requests to one of a group’s target groups, or name it at weight 0. */
export function rulesOf(rules: readonly ForwardingRule[], group: ListedGroup): readonly ForwardingRule[] {
  return rules.filter(({ entries }) =>
    entries.some(({ targetGroupArn }) => group.targetGroupArns.includes(targetGroupArn)),
  )
}

/** The one rule by which a cluster is served; null where there is none, or more than one. */
export function soleRule(
  rules: readonly ForwardingRule[],
  siblings: readonly ListedGroup[],
): ForwardingRule | null {
  const serving = new Set(siblings.flatMap((group) => rulesOf(rules, group)))
  return serving.size === 1 ? ([...serving][0] ?? null) : null
}

/** What stands in the way in the rule that serves the group, or those of its cluster where none names it. */
export function ruleObstacles(
  { rules, mayName }: { readonly rules: readonly ForwardingRule[]; readonly mayName: MayName },
  group: ListedGroup,
  siblings: readonly ListedGroup[],
): readonly AdoptionObstacle[] {
  const own = rulesOf(rules, group)
  if (own.length > 1)
    return [
      {
        sentence: `${own.length} rules send it requests (${own.map(ruleWords).join('; ')}): a switch moves one rule, and the others would stay behind.`,
        mend: 'Let all but one redirect to the one that stays, or answer by themselves.',
      },
    ]
  const rule = own[0] ?? soleRule(rules, siblings)
  if (!rule)
    return [
      {
        sentence:
          'No rule of an Application Load Balancer names its target group, so that nothing could be switched.',
        mend: 'Make a rule that forwards to the target group of the one that serves. Behind a Network or Gateway Load Balancer it can’t be adopted.',
      },
    ]
  return [...obstaclesIn(rule, group, siblings, mayName)]
}

function* obstaclesIn(
  rule: ForwardingRule,
  group: ListedGroup,
  siblings: readonly ListedGroup[],
  mayName: MayName,
): Generator<AdoptionObstacle> {
  if (rule.cluster !== null)
    yield mayName(rule.cluster)
      ? {
          sentence: `The rule that serves it is that of ${rule.cluster}, a cluster of Delling’s.`,
          mend: `Take its target group out of that rule: delling drift ${rule.cluster} says what differs.`,
        }
      : {
          sentence: 'The rule that serves it is that of a cluster of Delling’s that you may not see.',
          mend: askWhoSeesAll,
        }
  if (!['HTTP', 'HTTPS'].includes(rule.protocol))
    yield {
      sentence: `Its listener speaks ${rule.protocol}; only HTTP and HTTPS are handled.`,
      mend: 'Put an Application Load Balancer before it.',
    }
  if (rule.isDefault) yield defaultAction(rule)
  if (rule.sticky)
    yield {
      sentence: `The rule (${ruleWords(rule)}) pins clients to a target group by a cookie, which would override the weights.`,
      mend: `Turn the stickiness of the rule’s forward off; stickiness within a target group may stay.`,
    }
  const ours = new Set(siblings.flatMap(({ targetGroupArns }) => targetGroupArns))
  const foreign = rule.entries
    .filter(({ targetGroupArn }) => !ours.has(targetGroupArn))
    .map(({ targetGroupArn }) => targetGroupArn.split('/')[1] ?? targetGroupArn)
  if (foreign.length > 0)
    yield {
      sentence: `The rule (${ruleWords(rule)}) forwards to ${seenNames(foreign, 'target group', mayName)} too, of no group of this cluster.`,
      mend: 'Take it out of the rule, or give it a rule of its own.',
    }
  if (rule.entries.filter(({ weight }) => weight > 0).length > 1)
    yield {
      sentence: `The rule (${ruleWords(rule)}) shares the traffic between several groups.`,
      mend: 'Give all of it to one of them first.',
    }
  const dark = group.zones.filter((zone) => !rule.loadBalancerZones.includes(zone))
  if (dark.length > 0)
    yield {
      sentence: `${rule.loadBalancerName} is not enabled in ${dark.join(', ')}, where the group has instances that get nothing.`,
      mend: `Enable the load balancer there: aws elbv2 set-subnets --load-balancer-arn ${rule.loadBalancerArn} --subnets …`,
    }
}

/** AWS neither parks nor deletes a default action, so a cluster needs a rule. Both steps leave every request where it goes. */
function defaultAction({ listenerArn, entries, loadBalancerName, port }: ForwardingRule): AdoptionObstacle {
  const arn = entries.find(({ weight }) => weight > 0)?.targetGroupArn ?? ''
  return {
    sentence: `It is served by the default action of ${loadBalancerName}, port ${port}, not by a rule; AWS neither tags nor deletes a default action.`,
    mend: `Make a rule that does the same, behind all others, then let the default answer by itself: aws elbv2 create-rule --listener-arn ${listenerArn} --priority 49999 --conditions Field=path-pattern,Values='*' --actions Type=forward,TargetGroupArn=${arn} and aws elbv2 modify-listener --listener-arn ${listenerArn} --default-actions Type=fixed-response,FixedResponseConfig={StatusCode=404}`,
  }
}
