import type { Command } from 'commander'
import { given } from '../flags.js'
import { finishStarted, statusOf, type Started } from '../operations.js'
import { showPlan, type PlanDocument } from '../plan.js'
import { showStatus } from '../status-text.js'
import { verb, type Face } from '../verb.js'
import { addSize } from './clusters.js'

const sizes = ['size', 'min', 'max', 'desired']

/** Deploy, roll back and status: what moves a cluster's traffic and what shows it. */
export function trafficVerbs(program: Command, face: Face): void {
  verb(
    program,
    face,
    'status <cluster>',
    'what is live, what is warm, what is going on',
    async ({ api, output, args }) => {
      showStatus(output, await statusOf(api, args[0] ?? ''))
    },
  )

  addSize(
    verb(program, face, 'deploy <cluster>', 'launch an image and switch the traffic to it', async (task) => {
      const { api, output, flags, args } = task
      const path = `/clusters/${encodeURIComponent(args[0] ?? '')}/deployments`
      const body = given(flags, ['image', ...sizes, 'reason', 'queue'])
      if (flags.plan === true) return showPlan(output, await api.post<PlanDocument>(`${path}/plan`, body))
      return finishStarted(api, output, await api.post<Started>(path, body), flags.wait === true)
    }).requiredOption('--image <name or id>', 'the image to launch'),
  )
    .option('--reason <text>', 'for the deploy log')
    .option('--queue', 'wait in the queue where another deployment runs')
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
