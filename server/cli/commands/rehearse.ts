import type { Command } from 'commander'
import { usageFailure } from '../exits.js'
import { given, listOf, wholeNumber } from '../flags.js'
import { table } from '../table.js'
import { verb, type Face, type Flags } from '../verb.js'

interface RehearsalDocument {
  readonly zones: readonly string[]
  readonly pace: string
  readonly now: string
  readonly instances: readonly {
    readonly instanceId: string
    readonly state: string
    readonly alive: boolean
    readonly zone: string
    readonly group: string | null
  }[]
  readonly outOfOrder: readonly {
    readonly key: string
    readonly sentence: string
    readonly endsWith: string | null
  }[]
}

interface Rehearsal {
  readonly usage: string
  readonly description: string
  /** What is sent beside the act's name, from the arguments in their order and the flags. */
  readonly body: (args: readonly string[], flags: Flags) => object
}

const milliseconds = (args: readonly string[]) => ({ ms: numberOf(args[0], 'The time in milliseconds') })
const zone = ([name]: readonly string[]) => ({ zone: name })
const instance = ([id]: readonly string[]) => ({ instance: id })

const rehearsals: readonly Rehearsal[] = [
  { usage: 'no-capacity <zone>', description: 'launches in a zone fail for want of capacity', body: zone },
  {
    usage: 'dark-zone <zone>',
    description: 'everything in a zone dies, and nothing starts there',
    body: zone,
  },
  {
    usage: 'ailment <kind> <of>',
    description: 'instances fail: never-boots, crash-loops, flaps, sick; of an instance, a group, or all',
    body: ([kind, of]) => ({ kind, of: of === 'all' ? '*' : of }),
  },
  {
    usage: 'throttle <per-second>',
    description: 'each AWS service takes so many calls a second',
    body: ([rate], flags) => ({
      perSecond: numberOf(rate, 'The rate'),
      burst: (flags.burst as number | undefined) ?? 5,
    }),
  },
  { usage: 'slow-answers <ms>', description: 'every AWS call is answered later', body: milliseconds },
  {
    usage: 'stale-reads <ms>',
    description: 'every AWS read is answered as it was before',
    body: milliseconds,
  },
  {
    usage: 'late-visibility <ms>',
    description: 'new instances and images are missing from lists',
    body: milliseconds,
  },
  { usage: 'late-console <ms>', description: 'console output is shown later', body: milliseconds },
  {
    usage: 'failing-images <count>',
    description: 'the next images end as failed',
    body: ([count]) => ({ count: numberOf(count, 'The number of images') }),
  },
  {
    usage: 'fault <action> <kind>',
    description:
      'the next calls of an AWS operation go wrong: error, lost-answer, reset-before, delay, late, twice, stale, hide',
    body: ([action, kind], flags) => ({
      action,
      kind,
      ...given(flags, ['times', 'delayMs', 'code', 'about', 'names']),
    }),
  },
  {
    usage: 'move-clock <hours>',
    description: 'the clock goes ahead',
    body: ([hours]) => ({ hours: numberOf(hours, 'The hours') }),
  },
  { usage: 'freeze-clock', description: 'the clock stands still', body: () => ({}) },
  { usage: 'crash <instance>', description: 'kill an instance’s application', body: instance },
  { usage: 'terminate <instance>', description: 'as a stranger: terminate an instance', body: instance },
  {
    usage: 'weight <group> <weight>',
    description: 'as a stranger: give a group another weight in its rule',
    body: ([group, weight]) => ({ group, weight: numberOf(weight, 'The weight') }),
  },
  {
    usage: 'resize <group> <min> <desired> <max>',
    description: 'as a stranger: give a group other sizes',
    body: ([group, min, desired, max]) => ({
      group,
      min: numberOf(min, 'The smallest size'),
      desired: numberOf(desired, 'The size'),
      max: numberOf(max, 'The largest size'),
    }),
  },
  {
    usage: 'delete-target-group <group>',
    description: 'as a stranger: take a group’s target group out of its rule and delete it',
    body: ([group]) => ({ group }),
  },
]

const nameOf = (usage: string) => usage.split(' ')[0] ?? usage

/** What goes wrong in the local cloud on request; a console that works on AWS refuses all of it. */
export function rehearseVerbs(program: Command, face: Face): void {
  const group = program.command('rehearse').description('let the local cloud go wrong on request')
  verb(group, face, 'status', 'the local cloud, and what is out of order', async ({ api, output }) => {
    const document = await api.get<RehearsalDocument>('/rehearsal')
    output.result(document, statusText(document))
  })
  const commands = new Map(
    rehearsals.map(({ usage, description, body }) => {
      const act = nameOf(usage)
      const command = verb(group, face, usage, description, async ({ api, output, flags, args }) => {
        const done = await api.post<{ sentence: string }>('/rehearsal', { act, ...body(args, flags) })
        output.result(done, done.sentence)
      })
      return [act, command] as const
    }),
  )
  commands.get('throttle')?.option('--burst <number>', 'so many at once (default: 5)', wholeNumber)
  commands
    .get('fault')
    ?.option('--times <number>', 'so many calls (default: 1)', wholeNumber)
    .option('--delay-ms <number>', 'for delay, late and stale: by so much', wholeNumber)
    .option('--code <code>', 'for error: AWS’s code')
    .option('--names <names>', 'for hide: names, ids or ARNs that the answer lacks', listOf)
    .option('--about <text>', 'only calls whose input holds this text')
  verb(
    group,
    face,
    'end <key>',
    'end one thing by its key, as status names it, or all',
    async ({ api, output, args: [key = ''] }) => {
      const done = await api.post<{ sentence: string }>('/rehearsal/end', { key })
      output.result(done, done.sentence)
    },
  )
}

function statusText({ zones, pace, now, instances, outOfOrder }: RehearsalDocument): readonly string[] {
  const there = instances.filter(({ state }) => state !== 'terminated')
  const rows = there.map(({ instanceId, group, zone: of, state, alive }) => [
    instanceId,
    group,
    of,
    state === 'running' && !alive ? 'impaired' : state,
  ])
  return [
    `Zones ${zones.join(', ')}; pace ${pace}; clock ${now}.`,
    ...(rows.length > 0 ? table(['instance', 'group', 'zone', 'state'], rows) : ['No instance is there.']),
    ...(outOfOrder.length === 0 ? ['Nothing is out of order.'] : outOfOrder.flatMap(outOfOrderText)),
  ]
}

function outOfOrderText({ key, sentence, endsWith }: RehearsalDocument['outOfOrder'][number]): string[] {
  const byItself = endsWith === null ? '' : `, or by itself ${endsWith}`
  return [
    sentence,
    `  ends with: npx delling rehearse end ${key.includes('*') ? `'${key}'` : key}${byItself}`,
  ]
}

function numberOf(text: string | undefined, what: string): number {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number)) throw usageFailure(`${what} is a number; “${text ?? ''}” is none.`)
  return number
}
