import { Option, type Command } from 'commander'
import { readFile } from 'node:fs/promises'
import { usageFailure } from '../exits.js'
import { given, listOf, portNumber, seenFlag, variable, wholeNumber } from '../flags.js'
import { finishStarted, statusOf, type Started } from '../operations.js'
import { showPlan, type PlanDocument } from '../plan.js'
import { showStatus } from '../status-text.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'
import { answer } from './drift.js'

interface ClusterSummary {
  readonly name: string
  readonly application: string
  readonly live: string | null
  readonly state?: string
  readonly sentence?: string
  readonly needsPerson: string | null
}

/** Flags that the API calls the same. */
const sameNames = [
  'image',
  'size',
  'min',
  'max',
  'desired',
  'vpc',
  'instanceType',
  'instanceProfile',
  'scalingCpu',
  'loadBalancer',
  'rule',
  'listenerPort',
  'healthPath',
  'healthyThreshold',
  'unhealthyThreshold',
  'matcher',
  'port',
  'morning',
  'timeZone',
  'minWarmHours',
  'maxWarm',
  'warm',
  'switchBack',
  'smokeTestPath',
  'smokeTestStatus',
  'smokeTestSuccesses',
  'smokeTestText',
  'canaryMinRequests',
  'canaryUnsure',
  'approvalAtDeadline',
  'reason',
  'override',
  'host',
  'path',
]

/** Flags that are shorter, or singular because they may be given several times. */
const otherNames: Readonly<Record<string, string>> = {
  zone: 'zones',
  subnet: 'subnets',
  securityGroup: 'securityGroups',
  env: 'environment',
  alarm: 'alarms',
  healthInterval: 'healthIntervalSec',
  healthTimeout: 'healthTimeoutSec',
  deregistrationDelay: 'deregistrationDelaySec',
  healthGrace: 'healthCheckGraceSec',
  smokeTestWithin: 'smokeTestWithinSec',
  canaryHold: 'canaryHoldSec',
  approvalWithin: 'approvalWithinMin',
}

export function clusterVerbs(program: Command, face: Face): void {
  const group = program.command('clusters').description('server groups behind one listener rule')

  verb(group, face, 'list', 'every cluster and what is live in it', async ({ api, output }) => {
    const clusters = await api.list<ClusterSummary>('/clusters', 'clusters')
    const rows = clusters.map(({ name, application, live, state, sentence, needsPerson }) => [
      name,
      application,
      live,
      needsPerson ?? sentence ?? state,
    ])
    output.result({ clusters }, table(['name', 'application', 'live', 'state'], rows))
  })

  verb(group, face, 'show <name>', 'the same as status', async ({ api, output, args: [name = ''] }) => {
    showStatus(output, await statusOf(api, name))
  })

  verb(
    group,
    face,
    'restore <name>',
    'the same as undo <name> weights: put the listener rule back that somebody else changed',
    async ({ api, output, args: [name = ''] }) => {
      const done = await answer(api, name, 'undo', { what: 'weights' })
      output.result(done, done.sentence)
    },
  )

  addFields(
    verb(group, face, 'create <name>', 'make a cluster and launch its first server group', async (task) => {
      const { api, output, flags, args } = task
      const body = { name: args[0], ...(await fieldsOf(flags)) }
      if (flags.plan === true) return showPlan(output, await api.post<PlanDocument>('/clusters/plan', body))
      const started = await api.post<Started>('/clusters', body)
      return finishStarted(
        api,
        output,
        started,
        flags.wait === true,
        flags.listenerPort as number | undefined,
      )
    }),
  )
  editVerb(group, face)
}

/** Another instance type, morning, canary …: what is not named stays. */
function editVerb(group: Command, face: Face): void {
  const edit = verb(
    group,
    face,
    'edit <name>',
    'change what the next launch gets, or the policy',
    async (task) => {
      const { api, output, flags, args } = task
      const path = `/clusters/${encodeURIComponent(args[0] ?? '')}/edit`
      const empty = Object.fromEntries(((flags.empty ?? []) as string[]).map((field) => [field, null]))
      const body = { ...(await fieldsOf(flags)), ...given(flags, ['seen']), ...empty }
      const planned = flags.plan === true
      const reply = await api.post<EditReply>(planned ? `${path}/plan` : path, body)
      output.result(reply, [
        ...reply.differences.map(
          ({ what, label, was, will, holds }) =>
            `${label ?? what}: ${was} → ${will} (${holds === 'atOnce' ? 'at once' : 'from the next launch on'})`,
        ),
        ...(reply.warnings ?? []).map((warning) => `Mind: ${warning}`),
        ...(reply.differences.length === 0 ? ['Everything is as it was.'] : []),
        ...(planned ? ['Nothing was changed.'] : []),
      ])
    },
  )
  addEditable(edit)
    .option('--empty <field>', 'set a field to its default, as the API names it; comma or repeated', listOf)
    .option(...seenFlag)
    .option('--reason <text>', 'for the deploy log')
    .option('--plan', 'say what would change, and change nothing')
}

interface EditReply {
  readonly differences: readonly {
    readonly what: string
    /** Absent from a console of before. */
    readonly label?: string
    readonly was: string
    readonly will: string
    readonly holds: 'atOnce' | 'nextLaunch'
  }[]
  readonly warnings?: readonly string[]
}

/** The whole cluster goes: what is meant is said twice. */
export function decommissionVerb(program: Command, face: Face): void {
  verb(
    program,
    face,
    'decommission <cluster>',
    'retire a whole cluster, its live group included',
    async (task) => {
      const { api, output, flags, args } = task
      const path = `/clusters/${encodeURIComponent(args[0] ?? '')}/decommission`
      if (flags.plan === true) return showPlan(output, await api.post<PlanDocument>(`${path}/plan`, {}))
      if (flags.yesIMean !== args[0])
        throw usageFailure(
          `Say --yes-i-mean ${args[0] ?? ''}: everything of the cluster is destroyed. --plan shows what.`,
        )
      const body = { name: flags.yesIMean, ...given(flags, ['reason', 'override']) }
      return finishStarted(api, output, await api.post<Started>(path, body), flags.wait === true)
    },
  )
    .option('--yes-i-mean <cluster>', 'its name once more')
    .option('--reason <text>', 'for the deploy log')
    .option('--override <reason>', 'start in spite of a hold, a freeze or closed windows; recorded')
    .option('--plan', 'say what would be destroyed, in AWS calls, and do nothing')
    .option('--wait', 'wait until nothing of it is left')
}

function addFields(command: Command): void {
  addEditable(addSize(command.requiredOption('--image <name or id>', 'the image to launch')))
    .option('--vpc <id>', 'where (default: the only one, or the default one)')
    .option('--zone <name>', 'a zone, at least three in all; comma or repeated', listOf)
    .option('--load-balancer <name or arn>', 'an existing one (default: one of the application is made)')
    .option('--rule <arn>', 'an existing listener rule that forwards to nobody yet (default: one is made)')
    .option('--listener-port <number>', 'where the cluster answers, 1 to 65535', portNumber)
    .option('--host <pattern>', 'of the rule; comma or repeated', listOf)
    .option('--path <pattern>', 'of the rule; comma or repeated', listOf)
    .option('--reason <text>', 'for the deploy log')
    .option('--override <reason>', 'start in spite of a hold, a freeze or closed windows; recorded')
    .option('--plan', 'say what would be done, in AWS calls, and do nothing')
    .option('--wait', 'wait until it carries traffic')
}

/** What an edit can change too. */
function addEditable(command: Command): Command {
  return command
    .option('--subnet <id>', 'a subnet for a zone, at least three in all; comma or repeated', listOf)
    .option('--instance-type <type>', 'such as t3.micro')
    .option('--security-group <id>', 'of the instances; comma or repeated', listOf)
    .option('--instance-profile <name>', 'the role of the instances')
    .option('--user-data <file>', 'a script that runs at first boot, after ours')
    .option('--scaling-cpu <percent>', 'hold the processors of the group at this', wholeNumber)
    .option('--env <NAME=value>', 'a variable for the application; repeated', variable)
    .option('--health-path <path>', 'what is asked for (default: the application says)')
    .option('--health-interval <seconds>', 'between two checks', wholeNumber)
    .option('--health-timeout <seconds>', 'of a check', wholeNumber)
    .option('--healthy-threshold <count>', 'checks that must succeed', wholeNumber)
    .option('--unhealthy-threshold <count>', 'checks that must fail', wholeNumber)
    .option('--matcher <codes>', 'status codes that are healthy, such as 200-299')
    .option('--port <number>', 'of the application, 1 to 65535 (default: it says itself)', portNumber)
    .option('--health-grace <seconds>', 'how long a booting instance may fail its check', wholeNumber)
    .option('--deregistration-delay <seconds>', 'how long a target drains', wholeNumber)
    .option('--morning <time>', 'when what is expired goes, such as 09:00')
    .option('--time-zone <name>', 'of the morning, such as Europe/Berlin')
    .option('--min-warm-hours <hours>', 'that a group stays warm at least', wholeNumber)
    .option('--max-warm <count>', 'of warm groups at once, 1 to 3', wholeNumber)
    .option('--warm <policy>', 'held: at its size; follow: the first warm group grows with the live one')
    .option('--switch-back <who>', 'when the night watch judges the live group bad: person or automatic')
    .option(
      '--alarm <name>',
      'a CloudWatch alarm that speaks against the live group; comma or repeated',
      listOf,
    )
    .option('--smoke-test-path <path>', 'asked of each new group alone before any traffic goes to it')
    .option('--smoke-test-status <status>', 'that it must answer, 200 where none is said', wholeNumber)
    .option('--smoke-test-text <text>', 'that its body must contain')
    .option('--smoke-test-successes <count>', 'of requests in a row that must go well', wholeNumber)
    .option('--smoke-test-within <seconds>', 'that the test may take', wholeNumber)
    .option(
      '--canary <percents>',
      'shares that a deployment goes through before the switch, such as 5,25',
      listOf,
    )
    .option('--canary-hold <seconds>', 'that each share is held and judged', wholeNumber)
    .option('--canary-min-requests <count>', 'that are needed to judge; 0: by health alone', wholeNumber)
    .addOption(
      new Option('--canary-unsure <what>', 'what follows a hold that could not be judged').choices([
        'wait',
        'goBack',
      ]),
    )
    .option('--approval-within <minutes>', 'ask a person before each switch, for so long', wholeNumber)
    .addOption(
      new Option('--approval-at-deadline <what>', 'what nobody’s word means').choices(['abort', 'switch']),
    )
}

/** The size of a group: one number, or its limits. */
export function addSize(command: Command): Command {
  return command
    .option('--size <count>', 'of the group: smallest, largest and wanted at once', wholeNumber)
    .option('--min <count>', 'the smallest size, at least 3', wholeNumber)
    .option('--max <count>', 'the largest size', wholeNumber)
    .option('--desired <count>', 'the wanted size', wholeNumber)
}

async function fieldsOf(flags: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const renamed = Object.entries(otherNames).filter(([flag]) => flags[flag] !== undefined)
  const steps = flags.canary as readonly string[] | undefined
  const fields = {
    ...given(flags, sameNames),
    ...(steps ? { canarySteps: steps.map(Number) } : {}),
    ...Object.fromEntries(renamed.map(([flag, field]) => [field, flags[flag]])),
  }
  if (flags.userData === undefined) return fields
  const file = flags.userData as string
  const userData = await readFile(file, 'utf8').catch((error: Error) => {
    throw usageFailure(`The user data ${file} cannot be read: ${error.message}.`)
  })
  return { ...fields, userData }
}
