import type { Command } from 'commander'
import { exits, usageFailure } from '../exits.js'
import { given, wholeNumber } from '../flags.js'
import type { Output } from '../output.js'
import type { ConsoleApi } from '../console-api.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'
import { waitForEnd } from '../wait-for-end.js'

interface Limits {
  readonly unreferencedDays: number
  readonly neverReferencedDays: number
  readonly keepNewest: number
}

interface Policy extends Limits {
  readonly on: boolean
  readonly limit: number
  readonly applications: Readonly<Record<string, Partial<Limits>>>
  readonly changedBy: string | null
}

interface State {
  readonly policy: Policy
  readonly marks: { readonly lastMadeAt: string | null; readonly unbrokenSince: string | null }
  readonly dryRun: string | null
  readonly running: string | null
}

interface ListedRun {
  readonly id: string
  readonly kind: string
  readonly at: string
  readonly by: { readonly name: string }
  readonly refused: string | null
  readonly state: string
  readonly ended: boolean
  readonly endSentence: string | null
  readonly goesCount: number
  readonly staysCount: number
  readonly freesGib: number
}

interface Run extends ListedRun {
  readonly goes: readonly { readonly name: string; readonly state: string; readonly why: string }[]
  readonly stays: readonly { readonly name: string; readonly why: string }[]
}

/** When images are retired by themselves: the policy, dry runs and runs. */
export function retentionVerbs(images: Command, face: Face): void {
  const group = verb(
    images,
    face,
    'retention',
    'which images are retired by themselves: the policy, how marks are made, the last runs',
    async ({ api, output }) => {
      const state = await api.get<State>('/image-retention')
      const { runs } = await api.get<{ runs: ListedRun[] }>('/image-retention/runs', { limit: '10' })
      output.result({ ...state, runs }, stateText(state, runs))
    },
  )
  policyVerbs(group, face)
  runVerbs(group, face)
}

function policyVerbs(group: Command, face: Face): void {
  verb(group, face, 'set', 'change what the policy says; it is off then', async ({ api, output, flags }) => {
    const body = given(flags, [
      'unreferencedDays',
      'neverReferencedDays',
      'keepNewest',
      'limit',
      'application',
      'reason',
    ])
    const policy = await api.post<Policy>('/image-retention/policy', body)
    output.result(policy, policyText(policy))
  })
    .option('--unreferenced-days <days>', 'days after the last reference, 30 or more', wholeNumber)
    .option(
      '--never-referenced-days <days>',
      'days after the bake, if never referenced, 3 or more',
      wholeNumber,
    )
    .option('--keep-newest <count>', 'the newest so many of each application stay', wholeNumber)
    .option('--limit <count>', 'how many go in one run, 150 at most', wholeNumber)
    .option('--application <name>', 'for this application alone; without any limit: as for all again')
    .requiredOption('--reason <text>', 'why; shown in the deploy log')
  for (const word of ['on', 'off'])
    verb(
      group,
      face,
      word,
      word === 'on'
        ? 'have images retired every morning; needs a dry run of this very policy'
        : 'have no images retired by themselves any more',
      async ({ api, output, flags }) => {
        const policy = await api.post<Policy>(`/image-retention/${word}`, given(flags, ['reason']))
        output.result(policy, policyText(policy))
      },
    ).requiredOption('--reason <text>', 'why; shown in the deploy log')
}

function runVerbs(group: Command, face: Face): void {
  verb(
    group,
    face,
    'dry-run',
    'list what the policy would retire now and why each other image stays; exit code 1 where it refuses to say',
    async ({ api, output }) => {
      const run = await api.post<Run>('/image-retention/dry-runs')
      output.result(run, [...runText(run), ...(run.refused ? [] : nextText(run))])
      return run.refused ? exits.failed : exits.done
    },
  )
  verb(group, face, 'show <run>', 'a run or a dry run', async ({ api, output, args: [id = ''] }) => {
    const run = await readRun(api, id)
    output.result(run, runText(run))
  })
  verb(group, face, 'run', 'retire what a dry run listed', async ({ api, output, flags }) => {
    if (flags.yesIMean === undefined)
      throw usageFailure('Say how many images the dry run listed: --yes-i-mean <count>.')
    const body = { ...given(flags, ['dryRun', 'reason']), count: flags.yesIMean }
    const started = await api.post<Run>('/image-retention/runs', body)
    if (flags.wait !== true)
      return output.result(
        started,
        started.ended
          ? runText(started)
          : `${started.id}: delling images retention show ${started.id} tells how far it is.`,
      )
    const run = await waitFor(api, output, started.id)
    output.result(run, runText(run))
    return run.state === 'done' ? exits.done : exits.failed
  })
    .requiredOption('--dry-run <id>', 'the dry run that was read')
    .option('--yes-i-mean <count>', 'how many images it listed', wholeNumber)
    .requiredOption('--reason <text>', 'why; shown in the deploy log')
    .option('--wait', 'wait until the run has ended')
}

const readRun = (api: ConsoleApi, id: string) =>
  api.get<Run>(`/image-retention/runs/${encodeURIComponent(id)}`)

const waitFor = (api: ConsoleApi, output: Output, id: string) => waitForEnd(() => readRun(api, id), output)

function policyText({ on, unreferencedDays, neverReferencedDays, keepNewest, limit, applications }: Policy) {
  return [
    `The image retention is ${on ? 'on' : 'off'}.`,
    `  goes ${unreferencedDays} days after its last reference, or ${neverReferencedDays} days after its bake if never referenced`,
    `  the newest ${keepNewest} of each application stay; at most ${limit} a run`,
    ...Object.entries(applications).map(
      ([name, own]) =>
        `  ${name}: ${[
          own.unreferencedDays !== undefined && `${own.unreferencedDays} days after its last reference`,
          own.neverReferencedDays !== undefined && `${own.neverReferencedDays} days after its bake`,
          own.keepNewest !== undefined && `the newest ${own.keepNewest} stay`,
        ]
          .filter((part) => part !== false)
          .join(', ')}`,
    ),
  ]
}

function stateText({ policy, marks, dryRun, running }: State, runs: readonly ListedRun[]): readonly string[] {
  return [
    ...policyText(policy),
    `Images in use were last marked: ${marks.lastMadeAt ? shortTime(marks.lastMadeAt) : 'never'}; without a break since ${marks.unbrokenSince ? shortTime(marks.unbrokenSince) : 'not yet'}.`,
    running
      ? `Running: ${running}.`
      : dryRun
        ? `Dry run that can be acted on: ${dryRun}.`
        : 'Next: delling images retention dry-run.',
    ...(runs.length === 0
      ? []
      : [
          '',
          ...table(
            ['run', 'when', 'what', 'by', 'state', 'goes', 'stays'],
            runs.map((run) => [
              run.id,
              shortTime(run.at),
              run.kind,
              run.by.name,
              run.refused ? 'refused' : run.state,
              run.goesCount,
              run.staysCount,
            ]),
          ),
        ]),
  ]
}

function runText({ kind, refused, endSentence, goes, stays, freesGib }: Run): readonly string[] {
  return [
    ...(refused ? [`Nothing goes. ${refused}`] : endSentence && kind === 'run' ? [endSentence] : []),
    ...table(
      ['image', 'verdict', 'why'],
      [
        ...goes.map(({ name, state, why }) => [name, kind === 'dry run' ? 'goes' : state, why]),
        ...stays.map(({ name, why }) => [name, 'stays', why]),
      ],
    ),
    ...(goes.length > 0 ? [`${goes.length} go, ${freesGib} GiB of snapshots at most.`] : []),
    ...(kind === 'dry run' ? ['Nothing was changed.'] : []),
  ]
}

function nextText({ id, goes }: Run): readonly string[] {
  return goes.length === 0
    ? []
    : [`Retire them: delling images retention run --dry-run ${id} --yes-i-mean ${goes.length} --reason …`]
}
