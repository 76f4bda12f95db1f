import { liveThrough, type NightsOptions } from './night.js'

/** A process that lives through the worlds it is sent, one after another, and answers with what became of each. */
process.on('message', (options: NightsOptions) => {
  void liveThrough(options).then((run) => {
    const violations = run.violations.map((violation) => ({
      promise: violation.promise,
      message: violation.message,
    }))
    process.send?.({ ...run, violations })
  })
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit())
