import { Option, type Command } from 'commander'
import { wholeNumber } from '../flags.js'
import type { Output } from '../output.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

/** How old what is shown is, as every answer about the account says it. */
interface Age {
  readonly seenAt: string | null
  readonly fault: string | null
  readonly partial: boolean
}

interface InstanceDocument {
  readonly instanceId: string
  readonly kind: string
  readonly state: string
  readonly health: string
  readonly healthReason: string | null
  readonly group: string | null
  readonly bake: string | null
  readonly version: string | null
  readonly zone: string
  readonly type: string
  readonly privateIp: string | null
  readonly launchedAt: string | null
}

interface RuleDocument {
  readonly priority: number | null
  readonly when: string
  readonly does: readonly string[]
  readonly forwards: readonly {
    readonly targetGroup: string | null
    readonly group: string | null
    readonly share: number
    /** Null, as the count of all, where it is not known. */
    readonly healthy: number | null
    readonly targets: number | null
  }[]
  readonly owner: { readonly words: string }
}

interface BalancerDocument {
  readonly name: string
  readonly scheme: string
  readonly dnsName: string
  readonly zones: readonly string[]
  readonly clusters: readonly string[]
  readonly warnings: readonly string[]
  readonly listeners: readonly { readonly port: number; readonly protocol: string; readonly rules: unknown }[]
}

const sorts = ['launched', 'id', 'zone', 'type', 'group', 'version', 'state', 'health']

/** What the account holds: instances by any field, load balancers with their rules. */
export function accountVerbs(program: Command, face: Face): void {
  verb(
    program,
    face,
    'instances [words...]',
    'find instances by any field: 10.0.3.7, zone:1b, health:unhealthy, older:2h',
    async ({ api, output, flags, args }) => {
      const { sort, limit } = flags as { sort?: string; limit?: number }
      const found = await api.get<Age & { instances: InstanceDocument[]; next: string | null }>(
        '/instances',
        {
          q: args.join(' ') || undefined,
          sort,
          order: orderOf(sort, flags.reverse === true),
          limit: String(limit ?? 100),
        },
      )
      noteAge(output, found)
      const rows = found.instances.map((each) => [
        each.instanceId,
        each.group ?? (each.bake === null ? null : `bake ${each.bake}`),
        each.version,
        each.zone,
        each.type,
        each.state,
        each.health,
        each.privateIp,
        each.launchedAt && shortTime(each.launchedAt),
      ])
      const heads = ['id', 'of', 'version', 'zone', 'type', 'state', 'health', 'address', 'launched']
      output.result(found, table(heads, rows))
      if (found.next !== null)
        output.note(`There are more than ${rows.length}: name a field, or give --limit.`)
    },
  )
    .addOption(new Option('--sort <field>', 'by what they are sorted').choices(sorts))
    .option('--reverse', 'the other way round')
    .option('--limit <count>', 'how many at most (default: 100, at most 500)', wholeNumber)

  verb(
    program,
    face,
    'load-balancers [name]',
    'the load balancers of the account; of one, its rules and whose they are',
    async ({ api, output, args: [name] }) => {
      if (name !== undefined) {
        const one = await api.get<Age & BalancerDocument>(`/load-balancers/${encodeURIComponent(name)}`)
        noteAge(output, one)
        return output.result(one, balancerText(one))
      }
      const found = await api.get<Age & { loadBalancers: BalancerDocument[] }>('/load-balancers', {
        limit: '500',
      })
      noteAge(output, found)
      const rows = found.loadBalancers.map(
        ({ name: label, scheme, zones, listeners, clusters, warnings }) => [
          label,
          scheme,
          zones.join(' '),
          listeners.map(({ protocol, port }) => `${protocol}:${port}`).join(' '),
          listeners.reduce((sum, { rules }) => sum + Number(rules), 0),
          clusters.join(' '),
          warnings.join(' '),
        ],
      )
      const heads = ['name', 'scheme', 'zones', 'listeners', 'rules', 'serves', 'worth a look']
      output.result(found, table(heads, rows))
    },
  )
}

/** The newest first where nothing else is asked for, everything else from its beginning. */
function orderOf(sort: string | undefined, isReversed: boolean): 'asc' | 'desc' {
  const isDescending = (sort ?? 'launched') === 'launched'
  return isDescending === isReversed ? 'asc' : 'desc'
}

function balancerText({ name, scheme, dnsName, zones, listeners, warnings }: BalancerDocument): string[] {
  return [
    `${name}, ${scheme}, ${zones.join(' ')}`,
    `  ${dnsName}`,
    ...listeners.flatMap(({ protocol, port, rules }) => [
      `${protocol} ${port}`,
      ...table(
        ['priority', 'when', 'leads to', 'whose'],
        (rules as readonly RuleDocument[]).map(ruleCells),
      ).map((line) => `  ${line}`),
    ]),
    ...warnings.map((warning) => `! ${warning}`),
  ]
}

function ruleCells({ priority, when, does, forwards, owner }: RuleDocument) {
  const leads = forwards.map(
    ({ group, targetGroup, share, healthy, targets }) =>
      `${group ?? targetGroup ?? 'one that you may not see'} ${share} % (${healthy === null ? 'health not known' : `${healthy} of ${targets} healthy`})`,
  )
  return [priority ?? 'default', when, [...does, ...leads].join(', '), owner.words]
}

/** Said beside the result: what is old or a part must not pass for the whole. */
function noteAge(output: Output, { seenAt, fault, partial }: Age): void {
  if (fault !== null)
    output.note(
      `AWS could not be read now: ${fault} ${seenAt ? `This is from ${shortTime(seenAt)}.` : ''}`.trim(),
    )
  if (partial) output.note('Only what belongs to applications that you may see is shown.')
}
