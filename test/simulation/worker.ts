import { play } from '../scenarios/play.js'
import { liveThrough, type NightsOptions } from './night.js'
import { rehearse, type RehearsalOptions } from './rehearsal.js'

export type Task =
  | { readonly task: 'scenario'; readonly name: string }
  | ({ readonly task: 'nights' } & NightsOptions)
  | ({ readonly task: 'rehearsal' } & RehearsalOptions)

/** A process that does what it is sent, one thing after another, and answers with what became of each. */
process.on('message', (task: Task) => {
  void doneWith(task).then((result) => process.send?.(result))
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit())

function doneWith(task: Task): Promise<object> {
  switch (task.task) {
    case 'nights':
      return nights(task)
    case 'rehearsal':
      return rehearse(task)
    case 'scenario':
      return play(task.name).then((transcript) => ({ name: task.name, transcript }))
  }
}

async function nights(options: NightsOptions): Promise<object> {
  const run = await liveThrough(options)
  const violations = run.violations.map(({ promise, message }) => ({ promise, message }))
  return { ...run, violations }
}
