import { Loop } from '../../server/engine/loop.js'
import type { Timings } from '../../server/domain/timings.js'
import { makeEngineParts } from '../support/engine-parts.js'

/**
 * One replica as a process of its own: node … <cloud> <database> <waits as JSON>. Says when it is ready
 * and, at its first claim, as whom the leases know it.
 */
const [cloudUrl = '', databaseUrl = '', waits = '{}'] = process.argv.slice(2)
const { parts } = await makeEngineParts(cloudUrl, databaseUrl, JSON.parse(waits) as Partial<Timings>)
const { store } = parts
let told = false
const telling: typeof store = Object.assign(Object.create(store) as typeof store, {
  claim: (scope: string, holder: string, leaseMs: number) => {
    if (!told) process.stdout.write(`holder ${holder}\n`)
    told = true
    return store.claim(scope, holder, leaseMs)
  },
})
new Loop({ ...parts, store: telling }, { fault: () => undefined }).start()
process.stdout.write('ready\n')
// A test run that is ended by force closes this, and leaves no replica behind.
process.stdin.resume().on('end', () => process.exit())
