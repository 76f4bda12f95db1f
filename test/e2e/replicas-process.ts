import { existsSync, readFileSync, rmSync, writeSync } from 'node:fs'
import type { Call } from '../../server/domain/call.js'
import type { Timings } from '../../server/domain/timings.js'
import { Loop } from '../../server/engine/loop.js'
import type { Change, Lease } from '../../server/engine/ports.js'
import { makeEngineParts } from '../support/engine-parts.js'
import type { PausePoint } from '../support/pause-note.js'

/**
 * One replica as a process of its own: node … <cloud> <database> <waits as JSON> [<pause note>]. Says when it is ready
 * and, at its first claim, as whom the leases know it. Where the note names the point it has come to, it takes the note
 * away and stops itself, as by SIGSTOP from outside but at exactly that instruction; woken, it says when its turn is over.
 */
const [cloudUrl = '', databaseUrl = '', waits = '{}', note = ''] = process.argv.slice(2)
const { parts } = await makeEngineParts(cloudUrl, databaseUrl, JSON.parse(waits) as Partial<Timings>)
const { store, cloud } = parts
const say = (sentence: string) => void writeSync(1, `${sentence}\n`)
let told = false
let paused = false

function pauseAt(point: PausePoint, call: Call): void {
  const kind = call.type === 'ModifyRule' ? `${call.type} ${call.purpose}` : call.type
  if (!note || !existsSync(note) || readFileSync(note, 'utf8') !== `${point}: ${kind}`) return
  rmSync(note)
  paused = true
  say(`paused ${point}`)
  process.kill(process.pid, 'SIGSTOP')
  say('woke')
}

const replica: typeof store = Object.assign(Object.create(store) as typeof store, {
  claim: (scope: string, holder: string, leaseMs: number) => {
    if (!told) say(`holder ${holder}`)
    told = true
    return store.claim(scope, holder, leaseMs)
  },
  commitTurn: async (lease: Lease, version: number | null, change: Change) => {
    await store.commitTurn(lease, version, change)
    if (change.intent) pauseAt('recorded', change.intent.call)
  },
  release: async (lease: Lease) => {
    await store.release(lease)
    if (paused) say(`gave up ${lease.scope}`)
  },
})
const pausable: typeof cloud = Object.assign(Object.create(cloud) as typeof cloud, {
  perform: async (...[call, beforeSend, signal]: Parameters<typeof cloud.perform>) => {
    const gate = () => {
      pauseAt('signed', call)
      beforeSend()
      pauseAt('checked', call)
    }
    const answer = await cloud.perform(call, gate, signal)
    pauseAt('answered', call)
    return answer
  },
})
new Loop({ ...parts, store: replica, cloud: pausable }, { fault: () => undefined }).start()
say('ready')
// A test run that is ended by force closes this, and leaves no replica behind.
process.stdin.resume().on('end', () => process.exit())
