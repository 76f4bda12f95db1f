import type { Command } from 'commander'
import type { ConsoleApi } from '../console-api.js'
import { usageFailure } from '../exits.js'
import { given } from '../flags.js'
import { finishStarted, statusOf, type Started, type WholeOperation } from '../operations.js'
import { showPlan, type PlanDocument } from '../plan.js'
import { shortTime } from '../short-time.js'
import { showStatus, statusText } from '../status-text.js'
import { verb, type Face } from '../verb.js'
import { watch } from '../watch.js'
import { addSize } from './clusters.js'

const sizes = ['size', 'min', 'max', 'desired']

/** Deploy, roll back and status: what moves a cluster's traffic and what shows it. */
export function trafficVerbs(program: Command, face: Face): void {
  verb(
    program,
    face,
    'status <cluster>',
    'what is live, what is warm, what is going on',
    async ({ api, output, flags, args }) => {
      const name = args[0] ?? ''
      if (flags.watch !== true) return showStatus(output, await statusOf(api, name))
      if (output.json) throw usageFailure('--watch is for people; with --json ask again and again.')
      return watch(() => wholeStatus(api, name), output)
    },
  ).option(
    '--watch',
    'keep showing it, what runs with its phase, its wait and its last events, until interrupted',
  )

  addSize(
    verb(program, face, 'deploy <cluster>', 'launch an image and switch the traffic to it', async (task) => {
      const { api, output, flags, args } = task
      const path = `/clusters/${encodeURIComponent(args[0] ?? '')}/deployments`
      const body = given(flags, ['image', ...sizes, 'reason', 'queue', 'override'])
      if (flags.plan === true) return showPlan(output, await api.post<PlanDocument>(`${path}/plan`, body))
      return finishStarted(api, output, await api.post<Started>(path, body), flags.wait === true)
    }).requiredOption('--image <name or id>', 'the image to launch'),
  )
    .option('--reason <text>', 'for the deploy log')
    .option('--queue', 'wait in the queue where another deployment runs, or until a hold is over')
    .option('--override <reason>', 'start in spite of a hold, a freeze or closed windows; recorded')
    .option('--plan', 'say what would be done, in AWS calls, and do nothing')
    .option('--wait', 'wait until it ended')

  verb(program, face, 'rollback <cluster>', 'switch the traffic back to a warm group', async (task) => {
    const { api, output, flags, args } = task
    const path = `/clusters/${encodeURIComponent(args[0] ?? '')}/rollback`
    const body = {
      ...given(flags, ['to', 'now', 'reason']),
      ...(flags.markBad === false && { markBad: false }),
    }
    if (flags.plan === true) return showPlan(output, await api.post<PlanDocument>(`${path}/plan`, body))
    return finishStarted(api, output, await api.post<Started>(path, body), flags.wait === true)
  })
    .alias('switch-back')
    .option('--to <group>', 'the warm group (default: the best one)')
    .option('--now', 'do not resize it first; needs --reason')
    .option('--reason <text>', 'for the deploy log')
    .option('--no-mark-bad', 'do not remember the image that is left as bad')
    .option('--plan', 'say what would be done, in AWS calls, and do nothing')
    .option('--wait', 'wait until it ended')
}

const eventsShown = 6

/** The status, and of the operation that runs what it waits for and what happened last. */
async function wholeStatus(api: ConsoleApi, cluster: string): Promise<readonly string[]> {
  const status = await statusOf(api, cluster)
  const text = statusText(status)
  if (!status.operation) return text
  const { wait, events } = await api.get<WholeOperation>(
    `/operations/${encodeURIComponent(status.operation.id)}`,
  )
  return [
    ...text,
    '',
    ...events
      .slice(-eventsShown)
      .map(({ at, sentence }) => `  ${shortTime(at, { seconds: true })}  ${sentence}`),
    ...(wait ? [`  now       ${wait.sentence}`] : []),
  ]
}
