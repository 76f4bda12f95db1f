import { liveThrough, type NightsOptions } from './night.js'
import { rehearse, type RehearsalOptions } from './rehearsal.js'

export type Task =
  ({ readonly task: 'nights' } & NightsOptions) | ({ readonly task: 'rehearsal' } & RehearsalOptions)

/** A process that does what it is sent, one thing after another, and answers with what became of each. */
process.on('message', (task: Task) => {
  const done = task.task === 'nights' ? nights(task) : rehearse(task)
  void done.then((result) => process.send?.(result))
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit())

async function nights(options: NightsOptions): Promise<object> {
  const run = await liveThrough(options)
  const violations = run.violations.map(({ promise, message }) => ({ promise, message }))
  return { ...run, violations }
}
