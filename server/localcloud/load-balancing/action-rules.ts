import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../fault.js'
import { groupsOf, usersOf } from './forward-actions.js'
import type { LoadBalancingRecords } from './records.js'

const MAX_GROUPS_IN_ACTION = 5
const MAX_WEIGHT = 999
const MAX_GROUPS_OF_LOAD_BALANCER = 100
const MAX_STICKY_SECONDS = 604_800

/**
 * Actions as they are kept and described: checked as AWS checks them, with orders and weights written out. Throws
 * AwsFault; changes nothing.
 */
export function checkedActions(
  actions: readonly Action[],
  loadBalancerArn: string,
  records: LoadBalancingRecords,
): Action[] {
  if (actions.length === 0) throw new AwsFault('ValidationError', 'At least one action must be specified')
  const checked = actions.map((action) => checkedAction(action, records))
  if (checked.length > 1) {
    throw new AwsFault(
      'TooManyActions',
      "You've specified more than one forward, redirect or fixed-response action",
    )
  }
  checkAssociations(checked, loadBalancerArn, records)
  return checked
}

const configs = {
  forward: ['TargetGroupArn', 'ForwardConfig'],
  redirect: ['RedirectConfig'],
  'fixed-response': ['FixedResponseConfig'],
} as const

/** An action has the configuration of its own type and of no other. */
function checkConfig(action: Action): void {
  const own: readonly string[] = configs[action.Type as keyof typeof configs] ?? []
  const foreign = Object.values(configs)
    .flat()
    .find((name) => action[name] !== undefined && !own.includes(name))
  if (own.length > 0 && foreign) {
    throw new AwsFault(
      'InvalidLoadBalancerAction',
      `You cannot specify '${foreign}' for an action of type '${action.Type}'`,
    )
  }
}

function checkedAction(action: Action, records: LoadBalancingRecords): Action {
  checkConfig(action)
  const order = action.Order ?? 1
  if (order < 1 || order > 50_000) {
    throw new AwsFault('InvalidLoadBalancerAction', 'The action order must be between 1 and 50000')
  }
  switch (action.Type) {
    case 'forward':
      return checkedForward(action, order, records)
    case 'redirect':
      return { Type: 'redirect', Order: order, RedirectConfig: checkedRedirect(action) }
    case 'fixed-response':
      return { Type: 'fixed-response', Order: order, FixedResponseConfig: checkedFixedResponse(action) }
    case 'authenticate-cognito':
    case 'authenticate-oidc':
    case 'jwt-validation':
      throw new AwsFault(
        'InvalidLoadBalancerAction',
        `Actions of type '${action.Type}' are not supported by the local cloud`,
      )
    case undefined:
    default:
      throw new AwsFault('ValidationError', `'${action.Type}' is not a valid action type`)
  }
}

function checkedForward(action: Action, order: number, records: LoadBalancingRecords): Action {
  const tuples = action.ForwardConfig?.TargetGroups
  if (action.TargetGroupArn && tuples?.length) {
    if (tuples.length > 1 || tuples[0]?.TargetGroupArn !== action.TargetGroupArn) {
      throw new AwsFault(
        'InvalidLoadBalancerAction',
        'You cannot specify both a target group ARN and a forward config that names another target group',
      )
    }
  }
  const groups = groupsOf(action)
  if (groups.length === 0) {
    throw new AwsFault('ValidationError', 'A target group ARN must be specified for a forward action')
  }
  if (groups.length > MAX_GROUPS_IN_ACTION) {
    throw new AwsFault(
      'TooManyTargetGroups',
      `A forward action can have at most ${MAX_GROUPS_IN_ACTION} target groups`,
    )
  }
  if (groups.length > 1 && tuples?.some((tuple) => tuple.Weight === undefined)) {
    throw new AwsFault(
      'InvalidLoadBalancerAction',
      'You must specify a weight for every target group of a forward action with more than one target group',
    )
  }
  checkGroups(groups, records)
  const stickiness = checkedStickiness(action)
  checkStickinessConflict(groups, stickiness.Enabled, records)
  const TargetGroups: TargetGroupTuple[] = groups.map((group) => ({
    TargetGroupArn: group.targetGroupArn,
    Weight: group.weight,
  }))
  return {
    Type: 'forward',
    Order: order,
    ...(groups.length === 1 && { TargetGroupArn: groups[0]?.targetGroupArn }),
    ForwardConfig: { TargetGroups, TargetGroupStickinessConfig: stickiness },
  }
}

function checkGroups(groups: ReturnType<typeof groupsOf>, records: LoadBalancingRecords): void {
  const seen = new Set<string>()
  for (const { targetGroupArn, weight } of groups) {
    if (!Number.isInteger(weight) || weight < 0 || weight > MAX_WEIGHT) {
      throw new AwsFault(
        'ValidationError',
        `Weight '${weight}' must be an integer between 0 and ${MAX_WEIGHT}, inclusive`,
      )
    }
    if (!records.targetGroups[targetGroupArn]) {
      throw new AwsFault('TargetGroupNotFound', `Target groups '${targetGroupArn}' not found`)
    }
    if (seen.has(targetGroupArn)) {
      throw new AwsFault('InvalidLoadBalancerAction', 'Target groups in a forward action must be unique')
    }
    seen.add(targetGroupArn)
  }
}

function checkedStickiness(action: Action): { Enabled: boolean; DurationSeconds?: number } {
  const asked = action.ForwardConfig?.TargetGroupStickinessConfig
  if (!asked?.Enabled) return { Enabled: false }
  const seconds = asked.DurationSeconds
  if (seconds === undefined || seconds < 1 || seconds > MAX_STICKY_SECONDS) {
    throw new AwsFault(
      'InvalidLoadBalancerAction',
      `Target group stickiness duration must be between 1 and ${MAX_STICKY_SECONDS} seconds`,
    )
  }
  return { Enabled: true, DurationSeconds: seconds }
}

function checkStickinessConflict(
  groups: ReturnType<typeof groupsOf>,
  sticky: boolean,
  records: LoadBalancingRecords,
): void {
  if (groups.length < 2 || sticky) return
  const stickyTarget = groups.some(
    (group) => records.targetGroups[group.targetGroupArn]?.attributes['stickiness.enabled'] === 'true',
  )
  if (!stickyTarget) return
  throw new AwsFault(
    'InvalidLoadBalancerAction',
    'You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups',
  )
}

function checkedRedirect(action: Action): Action['RedirectConfig'] {
  const config = action.RedirectConfig
  if (!config?.StatusCode || !['HTTP_301', 'HTTP_302'].includes(config.StatusCode)) {
    throw new AwsFault(
      'InvalidLoadBalancerAction',
      'A redirect action needs the status code HTTP_301 or HTTP_302',
    )
  }
  const written = {
    Protocol: config.Protocol ?? '#{protocol}',
    Port: config.Port ?? '#{port}',
    Host: config.Host ?? '#{host}',
    Path: config.Path ?? '/#{path}',
    Query: config.Query ?? '#{query}',
    StatusCode: config.StatusCode,
  }
  checkRedirectParts(written)
  const keepsAll =
    written.Protocol === '#{protocol}' &&
    written.Port === '#{port}' &&
    written.Host === '#{host}' &&
    written.Path === '/#{path}'
  if (keepsAll) {
    throw new AwsFault(
      'InvalidLoadBalancerAction',
      'The redirect configuration is not valid because it creates a loop.',
    )
  }
  return written
}

function checkRedirectParts(parts: { Protocol: string; Port: string; Path: string; Query: string }): void {
  const invalid = (what: string, value: string, rule: string) =>
    new AwsFault('InvalidLoadBalancerAction', `The ${what} '${value}' of a redirect action must ${rule}`)
  if (!['HTTP', 'HTTPS', '#{protocol}'].includes(parts.Protocol))
    throw invalid('protocol', parts.Protocol, "be 'HTTP', 'HTTPS' or '#{protocol}'")
  const port = /^\d{1,5}$/.test(parts.Port) ? Number(parts.Port) : 0
  if (parts.Port !== '#{port}' && (port < 1 || port > 65_535))
    throw invalid('port', parts.Port, "be between 1 and 65535 or '#{port}'")
  if (!parts.Path.startsWith('/')) throw invalid('path', parts.Path, "begin with '/'")
  if (parts.Query.startsWith('?')) throw invalid('query', parts.Query, "not begin with '?'")
}

const contentTypes = ['text/html', 'application/json', 'application/javascript', 'text/css', 'text/plain']

function checkedFixedResponse(action: Action): Action['FixedResponseConfig'] {
  const config = action.FixedResponseConfig
  if (!config?.StatusCode || !/^[245]\d\d$/.test(config.StatusCode)) {
    throw new AwsFault('InvalidLoadBalancerAction', 'A fixed response needs a status code of 2XX, 4XX or 5XX')
  }
  if (config.ContentType && !contentTypes.includes(config.ContentType)) {
    throw new AwsFault(
      'InvalidLoadBalancerAction',
      `The ContentType must be one of:${contentTypes.map((type) => `'${type}'`).join(', ')}`,
    )
  }
  if ((config.MessageBody?.length ?? 0) > 1024) {
    throw new AwsFault(
      'InvalidLoadBalancerAction',
      'The fixed response message body is limited to 1024 characters',
    )
  }
  return { ...config }
}

function checkAssociations(
  actions: readonly Action[],
  loadBalancerArn: string,
  records: LoadBalancingRecords,
): void {
  const users = usersOf(records)
  const wanted = actions.flatMap(groupsOf).map((group) => group.targetGroupArn)
  const elsewhere = wanted.filter((arn) =>
    [...(users.get(arn) ?? [])].some((user) => user !== loadBalancerArn),
  )
  if (elsewhere.length > 0) {
    throw new AwsFault(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${elsewhere.join(', ')}`,
    )
  }
  const used = [...users]
    .filter(([, loadBalancers]) => loadBalancers.has(loadBalancerArn))
    .map(([arn]) => arn)
  if (new Set([...used, ...wanted]).size > MAX_GROUPS_OF_LOAD_BALANCER) {
    throw new AwsFault(
      'TooManyUniqueTargetGroupsPerLoadBalancer',
      "You've reached the limit on the number of unique target groups per load balancer across all listeners",
    )
  }
}
