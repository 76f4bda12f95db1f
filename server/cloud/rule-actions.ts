import type {
  Action,
  RedirectActionConfig,
  Rule,
  RuleCondition as SdkCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { sameEntries } from '../domain/observation.js'
import type { ObservedRule, RuleCondition, RuleEntry } from '../domain/observation.js'

/** AWS's rule in our words. The default rule of a listener has priority 0 here. */
export function observedRule(rule: Rule): ObservedRule {
  const actions = rule.Actions ?? []
  return {
    ruleArn: rule.RuleArn ?? '',
    priority: Number(rule.Priority) || 0,
    conditions: (rule.Conditions ?? []).map(observedCondition),
    entries: entriesOf(actions),
    sticky: actions.some((action) => action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true),
    otherActions: actions.some((action) => action.Type !== 'forward'),
  }
}

/** The target groups of the forward action. AWS's default weight is 1; a lone target group may come without a list. */
export function entriesOf(actions: readonly Action[]): RuleEntry[] {
  const forward = actions.find((action) => action.Type === 'forward')
  const tuples = forward?.ForwardConfig?.TargetGroups ?? []
  if (tuples.length > 0)
    return tuples.map((tuple) => ({ targetGroupArn: tuple.TargetGroupArn ?? '', weight: tuple.Weight ?? 1 }))
  return forward?.TargetGroupArn ? [{ targetGroupArn: forward.TargetGroupArn, weight: 1 }] : []
}

/** True when both lists send the same traffic: a lone target group gets everything, whatever its weight above 0. */
export function sameTraffic(a: readonly RuleEntry[], b: readonly RuleEntry[]): boolean {
  return sameEntries(a.map(loneAsOne(a)), b.map(loneAsOne(b)))
}

const loneAsOne = (entries: readonly RuleEntry[]) => (entry: RuleEntry) =>
  entries.length === 1 && entry.weight > 0 ? { ...entry, weight: 1 } : entry

/** Weighted forward without a cookie that would override the weights. */
export function forwardAction(entries: readonly RuleEntry[], order: number): Action {
  return {
    Type: 'forward',
    Order: order,
    ForwardConfig: {
      TargetGroups: entries.map(({ targetGroupArn, weight }) => ({
        TargetGroupArn: targetGroupArn,
        Weight: weight,
      })),
      TargetGroupStickinessConfig: { Enabled: false },
    },
  }
}

const answering = new Set(['forward', 'redirect', 'fixed-response'])

/**
 * The rule's whole list of actions, as a write needs it: what happens before a request is answered (sign-in) stays, the
 * one action that answers becomes a forward to `entries`.
 */
export function actionsWith(actions: readonly Action[], entries: readonly RuleEntry[]): Action[] {
  const others = actions.filter((action) => !answering.has(action.Type ?? '')).map(writable)
  const kept = actions.find((action) => answering.has(action.Type ?? ''))?.Order
  const last = Math.max(0, ...others.map((action) => action.Order ?? 0)) + 1
  return [...others, forwardAction(entries, kept ?? last)].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0))
}

/** AWS never shows a client secret and refuses the action without one, unless told to keep what it has. */
function writable(action: Action): Action {
  if (!action.AuthenticateOidcConfig) return action
  return {
    ...action,
    AuthenticateOidcConfig: { ...action.AuthenticateOidcConfig, UseExistingClientSecret: true },
  }
}

export function sdkCondition(condition: RuleCondition): SdkCondition {
  const values = [...condition.values]
  switch (condition.field) {
    case 'host-header':
      return { Field: condition.field, HostHeaderConfig: { Values: values } }
    case 'path-pattern':
      return { Field: condition.field, PathPatternConfig: { Values: values } }
    case 'http-header':
      return {
        Field: condition.field,
        HttpHeaderConfig: { HttpHeaderName: condition.headerName ?? '', Values: values },
      }
  }
}

/** Conditions of other kinds keep AWS's field name, so that two rules that differ look different. */
function observedCondition(condition: SdkCondition): RuleCondition {
  const header = condition.HttpHeaderConfig
  return {
    field: condition.Field as RuleCondition['field'],
    values: conditionValues(condition),
    ...(header?.HttpHeaderName !== undefined && { headerName: header.HttpHeaderName }),
  }
}

/** The values of a condition of any kind, whichever of AWS's two places holds them. */
export function conditionValues(condition: SdkCondition): string[] {
  const pairs = condition.QueryStringConfig?.Values?.map(({ Key, Value }) =>
    Key ? `${Key}=${Value}` : (Value ?? ''),
  )
  const config =
    condition.HostHeaderConfig ??
    condition.PathPatternConfig ??
    condition.HttpHeaderConfig ??
    condition.HttpRequestMethodConfig ??
    condition.SourceIpConfig
  return pairs ?? config?.Values ?? condition.Values ?? []
}

/** What a rule does beside forwarding, one phrase for each action; a client's secret is never in AWS's answers. */
export function otherActionWords(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => {
    switch (action.Type) {
      case 'forward':
        return []
      case 'redirect':
        return [`redirects to ${redirectWords(action.RedirectConfig ?? {})}`]
      case 'fixed-response':
        return [`answers ${action.FixedResponseConfig?.StatusCode ?? ''} itself`]
      case 'authenticate-oidc':
        return [`signs in at ${action.AuthenticateOidcConfig?.Issuer ?? 'an identity provider'} first`]
      case 'authenticate-cognito':
        return ['signs in with Cognito first']
      default:
        return [`does ${action.Type ?? 'something'}`]
    }
  })
}

/** Only what differs from the request: `HTTPS on port 443 (301)`. */
function redirectWords({ Protocol, Host, Port, Path, StatusCode }: Partial<RedirectActionConfig>): string {
  const changed = [
    Protocol && Protocol !== '#{protocol}' ? Protocol : '',
    Host && Host !== '#{host}' ? Host : '',
    Port && Port !== '#{port}' ? `on port ${Port}` : '',
    Path && Path !== '/#{path}' ? Path : '',
  ].filter(Boolean)
  return `${changed.join(' ') || 'the same address'} (${StatusCode === 'HTTP_301' ? '301' : '302'})`
}
