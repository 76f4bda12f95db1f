import { DescribeRulesCommand, type Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { ModifyRule } from '../domain/call.js'
import type { RuleEntry } from '../domain/observation.js'
import { CallRefused, type Answer } from '../engine/ports.js'
import { modifyRuleRequest } from './balancer-requests.js'
import type { Clients } from './clients.js'
import { performRequest } from './request.js'
import { entriesOf, sameTraffic } from './rule-actions.js'
import { asCallError } from './send.js'

/**
 * Writes a rule only if it still is what was decided from. AWS has no compare-and-swap: reading it immediately before
 * narrows the window in which somebody's change could be overwritten to one round trip.
 */
export async function performModifyRule(
  { readers, writers }: Clients,
  call: ModifyRule,
  beforeSend: () => void,
  signal: AbortSignal,
): Promise<Answer> {
  const current = await readActions(readers, call.ruleArn, signal)
  const entries = entriesOf(current)
  if (!sameTraffic(entries, call.before)) {
    throw new CallRefused(
      'RuleChanged',
      `The rule was changed since it was read: expected ${sentenceOf(call.before)}, found ${sentenceOf(entries)}.`,
      null,
      'changed',
    )
  }
  return performRequest(writers, modifyRuleRequest(call, current), beforeSend, signal)
}

async function readActions(
  readers: Clients['readers'],
  ruleArn: string,
  signal: AbortSignal,
): Promise<readonly Action[]> {
  try {
    const reply = await readers.elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }), {
      abortSignal: signal,
    })
    const rule = reply.Rules?.[0]
    if (rule) return rule.Actions ?? []
  } catch (error) {
    const refused = asCallError(error, true)
    if (refused instanceof CallRefused) throw refused
    throw asCallError(error, false)
  }
  throw new CallRefused('RuleNotFound', `The rule ${ruleArn} does not exist.`, null, 'gone')
}

/** `shop-main-v001 100, shop-main-v002 0`, by the names of the target groups. */
function sentenceOf(entries: readonly RuleEntry[]): string {
  if (entries.length === 0) return 'no target group'
  return entries
    .map(({ targetGroupArn, weight }) => `${targetGroupArn.split('/')[1] ?? targetGroupArn} ${weight}`)
    .join(', ')
}
