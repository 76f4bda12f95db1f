import { awsTimings, scaleTimings } from '../../server/domain/timings.js'
import type { CallsMade } from './aws-calls.js'
import type { BigAccount } from './big-account.js'
import { bigAccountFigures } from './big-account-figures.js'
import type { Round } from './deployment-rounds.js'
import type { IdleMinute } from './idle-minute.js'
import type { LosslessRun } from './lossless-run.js'
import type { SimulationSpeed } from './simulation-speed.js'
import type { Figure } from './report.js'
import { median, p95 } from './statistics.js'
import type { Throughput } from './throughput.js'

export interface Measured {
  readonly rounds: readonly Round[]
  readonly lossless: LosslessRun
  readonly throughput: Throughput
  readonly idle: IdleMinute
  readonly firstStartMs: number
  readonly compileMs: number
  readonly warmStartsMs: readonly number[]
  readonly takeOversMs: readonly number[]
  readonly simulation: SimulationSpeed
  readonly big: BigAccount
  /** Of one deployment at pace brisk, where every wait of AWS and of ours is there, divided by 20. */
  readonly briskCalls: CallsMade
}

const timings = scaleTimings(awsTimings, Number.POSITIVE_INFINITY)

export function figuresOf(measured: Measured): Figure[] {
  return [
    ...durations(measured.rounds),
    ...traffic(measured.lossless),
    ...calls(measured),
    ...memories(measured.idle),
    ...starts(measured),
    ...takeOvers(measured),
    ...simulated(measured.simulation),
    ...throughputs(measured.throughput),
    ...bigAccountFigures(measured.big),
  ]
}

type Step = keyof Omit<Round, 'calls'>

function durations(rounds: readonly Round[]): Figure[] {
  const row = (what: string, step: Step, goalMs?: number): Figure => {
    const values = rounds.map((round) => round[step])
    return {
      what,
      measured: spread(values),
      goal: goalMs === undefined ? '' : limit(goalMs, p95(values)),
    }
  }
  const { stableMs } = timings
  return [
    row(`Registered → switched (stableMs ${stableMs} ms comes before it)`, 'registeredToSwitchedMs', 1500),
    row('Rollback request → switched', 'rollbackToSwitchedMs', 1000),
    row('Deployment request → switched, 3 instances', 'requestToSwitchedMs', 5000),
    row('– of it request → everything made', 'requestToMadeMs'),
    row(`– of it made → registered (stableMs ${stableMs} ms in it)`, 'madeToRegisteredMs'),
    row('Deployment request → end of its watch', 'requestToEndMs'),
  ]
}

function traffic({ requests, durationMs, failed, versions }: LosslessRun): Figure[] {
  const perSecond = Math.round(requests / (durationMs / 1000))
  return [
    {
      what: 'Requests lost: deployment, switch back, cleanup',
      measured: `${failed.length} of ${grouped(requests)}, at ${perSecond}/s`,
      goal: verdict('0', failed.length === 0),
    },
    {
      what: 'Versions that answered, in order',
      measured: versions.join(' → '),
      goal: verdict('two changes', versions.length === 3 && versions[0] === versions[2]),
    },
  ]
}

function calls({ rounds, briskCalls, idle }: Measured): Figure[] {
  const text = ({ total, changes }: CallsMade) => `${grouped(total)} (${grouped(changes)} changes)`
  const typical = {
    total: median(rounds.map((round) => round.calls.total)),
    changes: median(rounds.map((round) => round.calls.changes)),
  }
  const perLook = idle.calls.total / (60_000 / timings.stewardMs)
  const row = (what: string, measured: string): Figure => ({ what, measured, goal: '' })
  return [
    row(`AWS calls of a deployment (a look each ${timings.pollMs} ms)`, text(typical)),
    row('AWS calls of a deployment at pace brisk (as on AWS)', text(briskCalls)),
    row(`AWS calls in an idle minute (a look each ${timings.stewardMs} ms)`, text(idle.calls)),
    row(`– for one look (on AWS one each ${awsTimings.stewardMs / 1000} s)`, perLook.toFixed(1)),
  ]
}

function memories({ consoleBytes, consolePeakBytes, localCloudBytes, databaseBytes }: IdleMinute): Figure[] {
  return [
    memory('Memory of console and worker, idle', consoleBytes, 200),
    ...(consolePeakBytes === undefined ? [] : [memory('– their peak since the start', consolePeakBytes)]),
    memory('Memory of the local cloud without its instances', localCloudBytes),
    memory('Memory of the embedded PostgreSQL', databaseBytes),
  ]
}

function memory(what: string, bytes: number, goalMegabytes?: number): Figure {
  const megabytes = bytes / 1e6
  const goal = goalMegabytes === undefined ? '' : verdict(`≤ ${goalMegabytes} MB`, megabytes <= goalMegabytes)
  return { what, measured: `${Math.round(megabytes)} MB`, goal }
}

function starts({ warmStartsMs, firstStartMs, compileMs }: Measured): Figure[] {
  const firstMs = firstStartMs + compileMs
  return [
    {
      what: `Start → ready, a cluster on disk (${warmStartsMs.length} starts)`,
      measured: spread(warmStartsMs),
      goal: limit(20_000, p95(warmStartsMs)),
    },
    {
      what: 'First start → ready, without npm ci',
      measured: `${seconds(firstMs)}, ${seconds(compileMs)} of it compiling`,
      goal: limit(20_000, firstMs),
    },
  ]
}

function takeOvers({ takeOversMs }: Measured): Figure[] {
  return [
    {
      what: `Holder killed → another replica holds its cluster (${takeOversMs.length} kills)`,
      measured: spread(takeOversMs),
      goal: limit(5000, p95(takeOversMs)),
    },
  ]
}

function simulated({ nights, nightsPerSecond, shares }: SimulationSpeed): Figure[] {
  const percent = (share: number) => `${Math.round(share * 100)} %`
  return [
    {
      what: `Simulated nights a second, all cores (${grouped(nights)} nights)`,
      measured: nightsPerSecond.toFixed(1),
      goal: verdict('10,000 in ten minutes: ≥ 16.7', nightsPerSecond >= 16.7),
    },
    {
      what: '– of its time in our engine, store adapters and AWS adapters',
      measured: percent(shares.engine),
      goal: '',
    },
    {
      what: '– in the local cloud, in the simulation itself, in Node and its garbage collection',
      measured: [shares.localCloud, shares.simulation, shares.node].map(percent).join(', '),
      goal: '',
    },
  ]
}

function throughputs({ directPerSecond, balancedPerSecond, ratio }: Throughput): Figure[] {
  return [
    { what: 'Requests/s, one instance directly', measured: grouped(directPerSecond), goal: '' },
    { what: 'Requests/s, through the load balancer', measured: grouped(balancedPerSecond), goal: '' },
    { what: '– ratio', measured: `${Math.round(ratio * 100)} %`, goal: '' },
  ]
}

/** `median 0.42 s, p95 0.61 s`. */
function spread(valuesMs: readonly number[]): string {
  return `median ${seconds(median(valuesMs))}, p95 ${seconds(p95(valuesMs))}`
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
const grouped = (count: number) => Math.round(count).toLocaleString('en')
const limit = (goalMs: number, ms: number) => verdict(`≤ ${goalMs / 1000} s`, ms <= goalMs)
const verdict = (goal: string, met: boolean) => `${goal}: ${met ? 'met' : 'missed'}`
