import { Option, type Command } from 'commander'
import { changesText, type ChangesDocument } from '../changes-text.js'
import { usageFailure } from '../exits.js'
import { given, moment, wholeNumber } from '../flags.js'
import { finishStarted, type Started } from '../operations.js'
import { showPlan, type PlanDocument } from '../plan.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

interface KeptGroup {
  readonly name: string
  readonly expiresAt: string | null
}

interface ListedGroup {
  readonly name: string
  readonly application: string
  readonly image: { readonly version: string }
  readonly state: string
  readonly share: number
  readonly size: { readonly desired: number }
  readonly stateSince: string
  readonly keptUntil: string | null
  readonly keep: { readonly until: string | null; readonly by: string } | null
}

/** All server groups; keep longer, resize, destroy now: what a person may do to one server group. */
export function groupVerbs(program: Command, face: Face): void {
  listVerb(program, face)
  verb(
    program,
    face,
    'keep <group>',
    'keep a warm, rejected or failed group longer',
    async ({ api, output, flags, args }) => {
      const limits = [flags.until, flags.hours, flags.forever].filter((flag) => flag !== undefined)
      if (limits.length !== 1) throw usageFailure('Give one of --until, --hours and --forever.')
      const group = await api.post<KeptGroup>(`/groups/${encodeURIComponent(args[0] ?? '')}/keep`, {
        why: flags.reason,
        ...(flags.hours === undefined ? { until: flags.until ?? null } : { hours: flags.hours }),
      })
      output.result(
        group,
        `${group.name} is kept ${flags.forever === true ? 'for ever' : `until ${group.expiresAt ? shortTime(group.expiresAt) : 'then'}`}.`,
      )
    },
  )
    .requiredOption('--reason <text>', 'why it is kept')
    .option('--until <moment>', 'such as 2026-11-25T10:00:00Z', moment)
    .addOption(new Option('--hours <count>', 'from now').argParser(hours))
    .option('--forever', 'until somebody destroys it')

  verb(
    program,
    face,
    'compare <group> <other>',
    'how a group is made otherwise than another',
    async ({ api, output, args: [group = '', other = ''] }) => {
      const path = `/groups/${encodeURIComponent(group)}/changes?against=${encodeURIComponent(other)}`
      const document = await api.get<{ changes: ChangesDocument }>(path)
      output.result(document, [`${other} → ${group}`, ...changesText(document.changes)])
    },
  )

  verb(
    program,
    face,
    'resize <group>',
    'give a live group other bounds, or a warm one more',
    async (task) => {
      const { api, output, flags, args } = task
      const path = `/groups/${encodeURIComponent(args[0] ?? '')}/resize`
      const body = given(flags, ['size', 'min', 'max', 'reason', 'override'])
      if (flags.plan === true) return showPlan(output, await api.post<PlanDocument>(`${path}/plan`, body))
      return finishStarted(api, output, await api.post<Started>(path, body), flags.wait === true)
    },
  )
    .option(
      '--size <count>',
      'so many at least: the smallest size, and the largest where it must',
      wholeNumber,
    )
    .option('--min <count>', 'the smallest size, at least 3', wholeNumber)
    .option('--max <count>', 'the largest size', wholeNumber)
    .option('--reason <text>', 'for the deploy log')
    .option('--override <reason>', 'start in spite of a hold, a freeze or closed windows; recorded')
    .option('--plan', 'say what would be done, in AWS calls, and do nothing')
    .option('--wait', 'wait until the group has its size')

  verb(
    program,
    face,
    'destroy <group>',
    'destroy a warm, rejected or failed group',
    async ({ api, output, flags, args }) => {
      const name = args[0] ?? ''
      const reply = await api.post<Started | { alreadyDestroyed: true }>(
        `/groups/${encodeURIComponent(name)}/destroy`,
        given(flags, ['reason', 'override']),
      )
      if ('alreadyDestroyed' in reply)
        return output.result({ group: name, ...reply }, `${name} is destroyed already.`)
      return finishStarted(api, output, reply, flags.wait === true)
    },
  )
    .option('--reason <text>', 'for the deploy log')
    .option('--override <reason>', 'start in spite of a hold, a freeze or closed windows; recorded')
    .option('--wait', 'wait until nothing of it is left')
}

function listVerb(program: Command, face: Face): void {
  verb(
    program,
    face,
    'groups [words...]',
    'the server groups of all clusters: by a part of a name or version, or a state such as warm',
    async ({ api, output, args }) => {
      const groups = await api.list<ListedGroup>('/groups', 'groups', { q: args.join(' ') || undefined })
      const heads = ['group', 'application', 'version', 'state', 'traffic', 'size', 'since', 'kept until']
      output.result({ groups }, table(heads, groups.map(cellsOf)))
    },
  )
}

function cellsOf({ name, application, image, state, share, size, stateSince, keptUntil, keep }: ListedGroup) {
  return [
    name,
    application,
    image.version,
    state,
    `${share} %`,
    size.desired,
    shortTime(stateSince),
    keep
      ? `${keptUntil ? shortTime(keptUntil) : 'for ever'}, by ${keep.by}`
      : keptUntil && shortTime(keptUntil),
  ]
}

function hours(text: string): number {
  const count = Number(text)
  if (!(count > 0)) throw usageFailure('--hours must be a number above 0.')
  return count
}
