import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { Deliveries } from '../../server/jobs/deliveries.js'
import { makeSender } from '../../server/outbound/sender.js'
import { Database } from '../../server/store/database.js'
import { PgOutbox } from '../../server/store/outbox.js'
import { Seal } from '../../server/store/seal.js'

/** One worker as a process of its own, to be killed: node … <database> <session secret> <lease in ms>. */
const [databaseUrl = '', secret = '', leaseMs = '1000'] = process.argv.slice(2)
const database = new Database(databaseUrl, () => undefined)
const outbox = new PgOutbox(database, { now: () => new Date() }, new Seal(secret))
const sender = makeSender({
  leave: { loopback: true, networks: [] },
  publicUrl: 'https://delling.example.com',
  version: '0',
})
new Deliveries(
  { outbox, sender, store: { onChange: () => () => undefined }, newId: randomUUID },
  {
    fault: (job, error) => void process.stderr.write(`${job}: ${String(error)}\n`),
    looked: () => undefined,
    givenUp: () => undefined,
  },
  { everyMs: 50, leaseMs: Number(leaseMs) },
).start()
writeSync(1, 'ready\n')
// A test run that is ended by force closes this, and leaves no worker behind.
process.stdin.resume().on('end', () => process.exit())
