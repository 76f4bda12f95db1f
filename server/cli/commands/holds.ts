import type { Command } from 'commander'
import { given, listOf, moment } from '../flags.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

interface RestraintDocument {
  readonly id: string
  readonly kind: 'hold' | 'stop' | 'window' | 'freeze'
  readonly scope: string
  readonly reason: string
  readonly owner?: string
  readonly until?: string | null
  readonly name?: string
  readonly days?: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly firstDay?: string
  readonly lastDay?: string
  readonly timeZone?: string
}

interface Obstacle {
  readonly sentence: string
}

const untilWords = (until: string | null | undefined) => (until ? shortTime(until) : 'it is released')

/** Holds, deploy windows and freezes: what keeps changes from starting. */
export function holdVerbs(program: Command, face: Face): void {
  const holds = program.command('holds').description('what keeps changes from starting, and until when')
  listVerb(
    holds,
    face,
    'holds',
    'what is on hold or stopped',
    ['id', 'kind', 'scope', 'until', 'ask', 'why'],
    (each) => [each.id, each.kind, each.scope, untilWords(each.until), each.owner, each.reason],
  )
  addEnd(
    verb(holds, face, 'add', 'let nothing new start', async ({ api, output, flags }) => {
      const body = given(flags, ['scope', 'reason', 'owner', 'until', 'hours'])
      const { hold } = await api.post<{ hold: RestraintDocument }>('/holds', body)
      output.result({ hold }, `${hold.scope} is on hold until ${untilWords(hold.until)} (${hold.id}).`)
    }).requiredOption('--scope <scope>', 'all, region:…, application:… or cluster:…'),
  )
    .requiredOption('--reason <text>', 'why; for everybody who is kept waiting')
    .option('--owner <name>', 'whom to ask about it (default: you)')
  releaseVerb(holds, face, 'holds')
  verb(holds, face, 'check <cluster>', 'may a change start now?', async ({ api, output, flags, args }) => {
    const asked = { cluster: args[0], change: flags.change as string | undefined }
    const answer = await api.get<{ may: boolean; obstacles: Obstacle[]; until: string | null }>(
      '/holds/check',
      asked,
    )
    const until = answer.until ? ` It may from ${shortTime(answer.until)} on.` : ''
    const not = answer.obstacles.map(({ sentence }) => sentence).join(' ')
    output.result(answer, answer.may ? 'It may start now.' : `Not now: ${not}${until}`)
    return answer.may ? 0 : 3
  }).option(
    '--change <kind>',
    'deploy, create, resize, grow, destroy, decommission, bake … (default: deploy)',
  )

  windowVerbs(program, face)
  freezeVerbs(program, face)
  addEnd(
    verb(
      program,
      face,
      'stop-everything',
      'start no change any more but what keeps the traffic safe',
      async (task) => {
        const { api, output, flags } = task
        const { hold } = await api.post<{ hold: RestraintDocument }>(
          '/stop',
          given(flags, ['scope', 'reason', 'until', 'hours']),
        )
        output.result({ hold }, [
          `Stopped: ${hold.scope}, until ${untilWords(hold.until)}. What has not switched stands still; traffic flows as it does.`,
          `Go on with: npx delling holds release ${hold.id} --reason …`,
        ])
      },
    ).requiredOption('--reason <text>', 'why; for everybody who is kept waiting'),
  ).option('--scope <scope>', 'all, region:…, application:… or cluster:… (default: all)')
}

function windowVerbs(program: Command, face: Face): void {
  const windows = program.command('windows').description('hours of the week in which changes may start')
  listVerb(
    windows,
    face,
    'windows',
    'the deploy windows',
    ['id', 'name', 'scope', 'days', 'hours', 'zone', 'why'],
    (each) => [
      each.id,
      each.name,
      each.scope,
      each.days?.join(','),
      `${each.from ?? ''}–${each.to ?? ''}`,
      each.timeZone,
      each.reason,
    ],
  )
  verb(windows, face, 'add <name>', 'let changes start only then', async ({ api, output, flags, args }) => {
    const body = { name: args[0], ...given(flags, ['scope', 'reason', 'days', 'from', 'to', 'timeZone']) }
    const { window } = await api.post<{ window: RestraintDocument }>('/windows', body)
    output.result({ window }, `Added the window “${window.name ?? ''}” to ${window.scope} (${window.id}).`)
  })
    .requiredOption('--scope <scope>', 'all, region:…, application:… or cluster:…')
    .requiredOption('--reason <text>', 'why')
    .requiredOption('--days <days>', 'such as mon-thu or mon,wed', listOf)
    .requiredOption('--from <HH:MM>', 'when it opens')
    .requiredOption('--to <HH:MM>', 'when it closes; at or before --from: on the next day')
    .option('--time-zone <zone>', 'on whose clock (default: the installation’s)')
  releaseVerb(windows, face, 'windows')
}

function freezeVerbs(program: Command, face: Face): void {
  const freezes = program.command('freezes').description('whole days in which nothing new starts')
  listVerb(
    freezes,
    face,
    'freezes',
    'the freezes',
    ['id', 'name', 'scope', 'first', 'last', 'zone', 'why'],
    (each) => [each.id, each.name, each.scope, each.firstDay, each.lastDay, each.timeZone, each.reason],
  )
  verb(
    freezes,
    face,
    'add <name>',
    'let nothing new start on these days',
    async ({ api, output, flags, args }) => {
      const { first: firstDay, last: lastDay } = flags
      const body = { name: args[0], firstDay, lastDay, ...given(flags, ['scope', 'reason', 'timeZone']) }
      const { freeze } = await api.post<{ freeze: RestraintDocument }>('/freezes', body)
      output.result({ freeze }, `Added the freeze “${freeze.name ?? ''}” to ${freeze.scope} (${freeze.id}).`)
    },
  )
    .requiredOption('--scope <scope>', 'all, region:…, application:… or cluster:…')
    .requiredOption('--reason <text>', 'why')
    .requiredOption('--first <YYYY-MM-DD>', 'the first frozen day')
    .requiredOption('--last <YYYY-MM-DD>', 'the last frozen day')
    .option('--time-zone <zone>', 'on whose calendar (default: the installation’s)')
  releaseVerb(freezes, face, 'freezes')
}

type Kinds = 'holds' | 'windows' | 'freezes'

function listVerb(
  group: Command,
  face: Face,
  kinds: Kinds,
  description: string,
  heads: readonly string[],
  row: (each: RestraintDocument) => readonly (string | undefined)[],
): void {
  verb(group, face, 'list', description, async ({ api, output, flags }) => {
    const found = await api.get<Record<Kinds, RestraintDocument[]>>(`/${kinds}`, {
      over: flags.over === true ? 'true' : undefined,
    })
    const rows = found[kinds]
    output.result(found, rows.length === 0 ? `There are no ${kinds}.` : table(heads, rows.map(row)))
  }).option('--over', 'those that are over too')
}

function releaseVerb(group: Command, face: Face, kinds: Kinds): void {
  verb(group, face, 'release <id>', 'take one back before its time', async ({ api, output, flags, args }) => {
    const path = `/${kinds}/${encodeURIComponent(args[0] ?? '')}/release`
    const answer = await api.post<{ released: RestraintDocument }>(path, given(flags, ['reason']))
    output.result(answer, `Taken back: ${answer.released.kind} on ${answer.released.scope}.`)
  }).requiredOption('--reason <text>', 'why; for the deploy log')
}

function addEnd(command: Command): Command {
  return command
    .option('--until <moment>', 'when it ends (default: when it is released)', moment)
    .option('--hours <n>', 'for so many hours', Number)
}
