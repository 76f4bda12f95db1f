import type { Balancer } from '../domain/cluster.js'
import { contentHash } from '../domain/content-hash.js'
import type { RuleCondition } from '../domain/observation.js'
import { Refusal } from '../domain/refusal.js'
import type { Catalog, CatalogBalancer } from './ports.js'
import { invalid, wholeNumber } from './validate.js'

/** What the create form says about where the cluster stands. */
export interface BalancerInput {
  readonly loadBalancer?: string | undefined
  readonly listenerPort?: number | undefined
  readonly host?: readonly string[] | undefined
  readonly path?: readonly string[] | undefined
  /** The ARN of an existing rule that answers by itself so far (fixed response or redirect). */
  readonly rule?: string | undefined
}

/** Which load balancer, listener and rule a new cluster gets: existing ones by name and port, else made by us. */
export function balancerFor(
  input: BalancerInput,
  catalog: Catalog,
  application: string,
  owner: string,
): Balancer {
  if (input.rule) return existingRule(input, input.rule, catalog)
  const listenerPort = wholeNumber('listenerPort', input.listenerPort ?? 80, 1, 65_535, 'A listener port')
  const conditions = conditionsOf(input)
  const named = input.loadBalancer ? existing(catalog, input.loadBalancer) : null
  const ours = ownName(application, owner)
  const found = named ?? catalog.loadBalancers.find((balancer) => balancer.name === ours) ?? null
  const listener = found?.listeners.find((candidate) => candidate.port === listenerPort)
  if (listener) {
    if (!['HTTP', 'HTTPS'].includes(listener.protocol))
      throw invalid(
        'listenerPort',
        `The listener on port ${listenerPort} speaks ${listener.protocol}; only HTTP and HTTPS are handled.`,
      )
    refuseOverlap(listener, conditions, listenerPort)
  }
  return {
    loadBalancerName: found?.name ?? ours,
    loadBalancerArn: found?.arn ?? null,
    listenerPort,
    listenerArn: listener?.arn ?? null,
    ruleArn: null,
    conditions,
  }
}

/** A rule that somebody made for this cluster: it is taken over only while nobody lives behind it. */
function existingRule(input: BalancerInput, ruleArn: string, catalog: Catalog): Balancer {
  if (input.host?.length || input.path?.length)
    throw invalid('rule', 'An existing rule keeps its own conditions; leave host and path out.')
  for (const balancer of catalog.loadBalancers)
    for (const listener of balancer.listeners) {
      const rule = listener.rules.find((candidate) => candidate.arn === ruleArn)
      if (!rule) continue
      existing(catalog, balancer.name)
      if (rule.priority === 'default')
        throw invalid(
          'rule',
          `The default rule of a listener can't be a cluster's; name another, or leave it to Delling to make one.`,
        )
      if (rule.sticky)
        throw notHandled(
          `The rule ${ruleArn} pins clients to a target group (stickiness), which would override the weights; that is not handled.`,
        )
      if (rule.forwards)
        throw notHandled(
          `The rule ${ruleArn} forwards to target groups that are not Delling's (${rule.summary}); it is never taken over while somebody lives behind it.`,
        )
      return {
        loadBalancerName: balancer.name,
        loadBalancerArn: balancer.arn,
        listenerPort: listener.port,
        listenerArn: listener.arn,
        ruleArn,
        conditions: rule.conditions.map(({ field, values }) => ({
          field: field as RuleCondition['field'],
          values,
        })),
      }
    }
  throw invalid('rule', `There is no listener rule ${ruleArn} in this account and region.`)
}

function notHandled(sentence: string): Refusal {
  return new Refusal('RuleNotHandled', `${sentence} Nothing was changed.`, 'conflict', {
    faults: [{ field: 'rule', sentence }],
  })
}

/**
 * One load balancer for each application; the hash keeps two installations in one account apart. AWS allows 32 characters
 * and refuses a name that begins with `internal-`, which an application might.
 */
function ownName(application: string, owner: string): string {
  const suffix = contentHash(`${owner}/${application}`).slice(0, 6)
  return `delling-${application
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 16)
    .replace(/-+$/, '')}-${suffix}`
}

function existing(catalog: Catalog, name: string): CatalogBalancer {
  const balancer = catalog.loadBalancers.find(
    (candidate) => candidate.name === name || candidate.arn === name,
  )
  if (!balancer)
    throw invalid(
      'loadBalancer',
      `There is no load balancer ${name} in this account and region (classic load balancers are not handled).`,
    )
  if (balancer.type !== 'application')
    throw new Refusal(
      'BalancerNotHandled',
      `${name} is a ${balancer.type} load balancer; only application load balancers are handled. Nothing was changed.`,
    )
  return balancer
}

function conditionsOf(input: BalancerInput): readonly RuleCondition[] {
  const host = input.host?.filter((value) => value !== '') ?? []
  const path = input.path?.filter((value) => value !== '') ?? []
  if (host.length + path.length > 5)
    throw invalid('path', 'A rule has at most five values in all its conditions.')
  for (const value of host)
    if (!/^[A-Za-z0-9.*?-]{1,128}$/.test(value))
      throw invalid(
        'host',
        `“${value}” is no host condition: letters, digits, “.”, “-”, “*” and “?”, at most 128.`,
      )
  for (const value of path)
    if (!/^[/*][A-Za-z0-9_.$/~"'@:+*?&-]{0,127}$/.test(value))
      throw invalid(
        'path',
        `“${value}” is no path condition: it begins with “/” and has at most 128 characters without spaces.`,
      )
  if ([...host, ...path].join('').replace(/[^*?]/g, '').length > 6)
    throw invalid('path', 'A rule has at most six wildcards in all its conditions.')
  return [
    ...(host.length > 0 ? [{ field: 'host-header' as const, values: host }] : []),
    ...(path.length > 0 ? [{ field: 'path-pattern' as const, values: path }] : []),
    ...(host.length + path.length === 0 ? [{ field: 'path-pattern' as const, values: ['/*'] }] : []),
  ]
}

/** Two rules with the same conditions: the one with the lower priority would get everything, the other nothing. */
function refuseOverlap(
  listener: CatalogBalancer['listeners'][number],
  conditions: readonly RuleCondition[],
  port: number,
): void {
  const shape = (list: readonly { field: string; values: readonly string[] }[]) =>
    JSON.stringify(list.map((condition) => [condition.field, [...condition.values].sort()]).sort())
  const taken = listener.rules.find((rule) => shape(rule.conditions) === shape(conditions))
  if (!taken) return
  throw new Refusal(
    'RuleTaken',
    `The listener on port ${port} has a rule for the same requests already (${taken.summary}). Choose another port, or a host or path of its own. Nothing was changed.`,
    'conflict',
    { faults: [{ field: 'listenerPort', sentence: `Port ${port} already answers the same requests.` }] },
  )
}
