import { appendFileSync, existsSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Call } from '../../server/domain/call.js'
import type { Timings } from '../../server/domain/timings.js'
import { Loop } from '../../server/engine/loop.js'
import type { Change, Lease } from '../../server/engine/ports.js'
import { makeEngineParts } from '../support/engine-parts.js'
import type { PausePoint } from '../support/pause-note.js'
import { callLabel, changeLabel } from '../simulation/point-labels.js'

/**
 * One replica as a process of its own: node … <cloud> <database> <waits as JSON> [<pause note> [<deaths>]]. Says when it is
 * ready and, at its first claim, as whom the leases know it. Where the note names the point it has come to, it takes the
 * note away and stops itself, as by SIGSTOP from outside but at exactly that instruction; woken, it says when its turn is
 * over. While the folder of deaths holds a file `armed`, it kills itself with SIGKILL at every point that is not yet a line
 * of the file `met` there.
 */
const [cloudUrl = '', databaseUrl = '', waits = '{}', note = '', deaths = ''] = process.argv.slice(2)
const { parts } = await makeEngineParts(cloudUrl, databaseUrl, JSON.parse(waits) as Partial<Timings>)
const { store, cloud, bakeCloud } = parts
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

function dieAt(point: string): void {
  if (!deaths || !existsSync(join(deaths, 'armed'))) return
  const met = join(deaths, 'met')
  if (existsSync(met) && readFileSync(met, 'utf8').split('\n').includes(point)) return
  appendFileSync(met, `${point}\n`)
  process.kill(process.pid, 'SIGKILL')
}

let sent = ''
const replica: typeof store = Object.assign(Object.create(store) as typeof store, {
  claim: (scope: string, holder: string, leaseMs: number) => {
    if (!told) say(`holder ${holder}`)
    told = true
    return store.claim(scope, holder, leaseMs)
  },
  commitTurn: async (lease: Lease, version: number | null, change: Change) => {
    dieAt(`${changeLabel(change)} not recorded`)
    await store.commitTurn(lease, version, change)
    dieAt(`${changeLabel(change)} recorded`)
    if (change.intent) pauseAt('recorded', change.intent.call)
  },
  answerIntent: async (...args: Parameters<typeof store.answerIntent>) => {
    await store.answerIntent(...args)
    dieAt(`answer to ${sent} recorded`)
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
    sent = callLabel(call)
    dieAt(`${sent} sent`)
    pauseAt('answered', call)
    return answer
  },
})
const mortalBakes: typeof bakeCloud = Object.assign(Object.create(bakeCloud) as typeof bakeCloud, {
  perform: async (...args: Parameters<typeof bakeCloud.perform>) => {
    const answer = await bakeCloud.perform(...args)
    sent = args[0].type
    dieAt(`${sent} sent`)
    return answer
  },
})
new Loop(
  { ...parts, store: replica, cloud: pausable, bakeCloud: mortalBakes },
  { fault: () => undefined },
).start()
say('ready')
// A test run that is ended by force closes this, and leaves no replica behind.
process.stdin.resume().on('end', () => process.exit())
