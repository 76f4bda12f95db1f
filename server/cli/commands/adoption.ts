import type { Command } from 'commander'
import { changesText, type ChangesDocument } from '../changes-text.js'
import type { ConsoleApi } from '../console-api.js'
import { usageFailure } from '../exits.js'
import { given, listOf } from '../flags.js'
import { finishStarted, type Started } from '../operations.js'
import type { Output } from '../output.js'
import { callLines, showPlan, startLines, type PlanDocument } from '../plan.js'
import { table } from '../table.js'
import { verb, type Face, type Task } from '../verb.js'
import { answerDifference } from './drift.js'

interface AdoptableDocument {
  readonly candidates: readonly {
    readonly name: string
    readonly cluster: string | null
    readonly share: number | null
    readonly size: { readonly desired: number }
    readonly obstacles: readonly { readonly sentence: string; readonly mend: string }[]
    readonly cautions: readonly string[]
  }[]
}

interface AdoptionPlanDocument extends PlanDocument {
  readonly cluster: string
  readonly application: { readonly name: string; readonly registered: boolean }
  readonly groups: readonly { readonly name: string; readonly becomes: string; readonly version: string }[]
  readonly settings: readonly { readonly what: string; readonly value: string }[]
  readonly changes: ChangesDocument
  readonly expects: readonly string[]
  readonly left: readonly string[]
}

/** What somebody else made becomes Delling’s, or what they changed becomes what should be; and a cluster is let go. */
export function adoptionVerbs(program: Command, face: Face): void {
  verb(
    program,
    face,
    'adopt [cluster] [what] [group]',
    'groups that somebody else made: which could be adopted; adopt a cluster of them (--plan first); or, in a cluster of ours, take what is there for what should be: [v012 | weights | size v012 …]',
    adopt,
  )
    .option(
      '--groups <names>',
      'which groups of it, as v012; comma or repeated (default: the live one, and the newest that it can keep warm)',
      listOf,
    )
    .option(
      '--user-data <keep or drop>',
      'whether what they run on first boot is taken along (default: keep)',
    )
    .option('--owner <name>', 'who owns the application, where it is not registered yet')
    .option('--yes-i-mean <cluster>', 'its name once more')
    .option('--reason <text>', 'for the deploy log')
    .option('--override <reason>', 'start in spite of a stop; recorded')
    .option('--plan', 'say what would be written, expected and derived, and do nothing')
    .option('--wait', 'wait until it is adopted')
  verb(program, face, 'give-back <cluster>', 'let a cluster go: nothing of it is destroyed', giveBack)
    .option('--yes-i-mean <cluster>', 'its name once more')
    .option('--reason <text>', 'for the deploy log')
    .option('--override <reason>', 'start in spite of a stop; recorded')
    .option('--plan', 'say what would be put back and unmarked, in AWS calls, and do nothing')
    .option('--wait', 'wait until it is given back')
}

async function adopt(task: Task) {
  const { api, output, flags, args } = task
  const [cluster, what] = args
  if (cluster === undefined) return list(api, output)
  const whole = flags.plan === true || flags.yesIMean !== undefined
  if (what !== undefined || !whole) return answerDifference(task, 'adopt')
  const path = `/adoptable/${encodeURIComponent(cluster)}`
  const asked = given(flags, ['groups', 'userData', 'owner'])
  if (flags.plan === true) return plan(output, await api.post<AdoptionPlanDocument>(`${path}/plan`, asked))
  mustMean(flags.yesIMean, cluster)
  const body = { ...asked, name: flags.yesIMean, ...given(flags, ['reason', 'override']) }
  return finishStarted(api, output, await api.post<Started>(`${path}/adopt`, body), flags.wait === true)
}

async function giveBack({ api, output, flags, args: [cluster = ''] }: Task) {
  const path = `/clusters/${encodeURIComponent(cluster)}/give-back`
  if (flags.plan === true) return showPlan(output, await api.post<PlanDocument>(`${path}/plan`, {}))
  mustMean(flags.yesIMean, cluster)
  const body = { name: flags.yesIMean, ...given(flags, ['reason', 'override']) }
  return finishStarted(api, output, await api.post<Started>(path, body), flags.wait === true)
}

function mustMean(said: unknown, cluster: string): void {
  if (said !== cluster) throw usageFailure(`Say --yes-i-mean ${cluster}. --plan shows what would be done.`)
}

async function list(api: ConsoleApi, output: Output): Promise<void> {
  const document = await api.get<AdoptableDocument>('/adoptable')
  const { candidates } = document
  const can = candidates.filter(({ obstacles }) => obstacles.length === 0)
  const clusters = [...new Set(can.map(({ cluster }) => cluster ?? ''))]
  output.result(document, [
    ...(candidates.length === 0 ? ['Every Auto Scaling group of the account is Delling’s.'] : []),
    ...(candidates.length > 0
      ? table(
          ['group', 'cluster', 'size', 'traffic', 'can be adopted'],
          candidates.map(({ name, cluster, size, share, obstacles }) => [
            name,
            cluster,
            size.desired,
            share === null ? null : `${share} %`,
            obstacles.length === 0 ? 'yes' : 'no',
          ]),
        )
      : []),
    ...candidates.flatMap(({ name, obstacles, cautions }) => [
      ...obstacles.flatMap(({ sentence, mend }) => [`${name}: ${sentence}`, `  ${mend}`]),
      ...cautions.map((each) => `${name}: mind: ${each}`),
    ]),
    ...clusters.map((cluster) => `npx delling adopt ${cluster} --plan`),
  ])
}

function plan(output: Output, document: AdoptionPlanDocument): void {
  const {
    application,
    groups,
    settings,
    changes,
    expects,
    left,
    warnings = [],
    ends = '',
    cluster,
  } = document
  output.result(document, [
    `${cluster}: ${groups.map(({ name, becomes, version }) => `${name} (${version}) becomes ${becomes}`).join(', ')}`,
    ...(application.registered ? [] : [`The application ${application.name} is registered with it.`]),
    'Settings that the cluster gets:',
    ...settings.map(({ what, value }) => `  ${what}: ${value}`),
    'What the next group would have otherwise, if the same image were deployed:',
    // What is left is said once, below, with what the settings leave.
    ...changesText({ ...changes, left: [] }).map((line) => `  ${line}`),
    ...left.map((sentence) => `Never taken along: ${sentence}`),
    ...expects,
    'These calls, in this order:',
    ...callLines(document.plan),
    ...warnings.map((warning) => `Mind: ${warning}`),
    ends,
    ...startLines(document),
    'Nothing was changed.',
  ])
}
