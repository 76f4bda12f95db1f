/** The engine's own waits, in milliseconds. Everything but the hours of the night scales with the local cloud's pace. */
export interface Timings {
  /** What AWS's own delays (deregistration, health checks) are divided by; 1 on AWS. */
  readonly awsDivisor: number
  /** How long a new group must stay registered, over at least three polls, before it is believed. */
  readonly stableMs: number
  /** How often a running operation looks again. */
  readonly pollMs: number
  /** How often a cluster is looked at while nothing runs, for readiness, drift and expiry. */
  readonly stewardMs: number
  /**
   * How many reads of load balancing, AWS's scarcest (10 a second for a whole account), looks at calm clusters may cost in
   * each `stewardMs`, and looks for pages. More clusters than fit are looked at less often; what runs is never held up.
   */
  readonly calmReads: number
  readonly pageReads: number
  /** From the launch to registered; then the deployment gives up. */
  readonly registerDeadlineMs: number
  readonly pinDeadlineMs: number
  readonly switchDeadlineMs: number
  readonly settleMs: number
  /** The watch at the end of a deployment, counted in observed time. */
  readonly watchMs: number
  /** Deadline of a return, an abort or a switch back's sizing; then the operation halts or aborts. */
  readonly undoDeadlineMs: number
  /** How long a group must have been without requests before it is shrunk. */
  readonly quietMs: number
  /** How late the request metric may be: what is younger says nothing yet. */
  readonly metricLateMs: number
  /** The period of the request metric, in seconds: CloudWatch keeps a minute. */
  readonly metricPeriodSec: number
  /** A rule read that still shows our previous value within this time is taken as not yet visible. */
  readonly staleReadMs: number
  /** How long after it was signed a request may still take effect: AWS's 15 minutes and a minute for the clocks. */
  readonly wireMs: number
  /** How long a change of the rule must last before it is believed to be somebody else's. */
  readonly driftMs: number
  /** A created thing may be invisible for this long. */
  readonly visibilityMs: number
  /** A new role, profile or template may be unknown to another service for this long. */
  readonly propagationMs: number
  /** Between the two reads that must agree before something known is believed to be gone. */
  readonly goneMs: number
  /** What carries our mark and is younger than this may still be on its way into the records. */
  readonly orphanMs: number
  /** MinSize of a group that has just become live is restored after this. */
  readonly unpinMs: number
  /** How often a replica asks for what another one holds, and for names it missed: a dead holder is followed within its lease and this. Not scaled. */
  readonly claimEveryMs: number
  /** An observation older than this decides nothing. */
  readonly observationMaxAgeMs: number
  /** How long something must speak against a live group before the night watch judges it, and over how long it counts errors. */
  readonly nightBadMs: number
  readonly nightWindowMs: number
  /** How long a failed group is kept for diagnosis. Not scaled. */
  readonly diagnosisMs: number
  /** How long a rejected group is kept. Not scaled. */
  readonly rejectedMs: number
  readonly bake: BakeTimings
}

/** The deadlines of a bake's phases, in milliseconds. */
export interface BakeTimings {
  readonly launchMs: number
  readonly buildMs: number
  /** A builder that stopped without a result tag gets this long for its console output to show one. */
  readonly resultMs: number
  readonly imageMs: number
  readonly discardMs: number
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** The defaults for AWS itself. */
export const awsTimings: Timings = {
  awsDivisor: 1,
  stableMs: 10 * second,
  pollMs: 5 * second,
  stewardMs: minute,
  calmReads: 240,
  pageReads: 120,
  registerDeadlineMs: 15 * minute,
  pinDeadlineMs: 2 * minute,
  switchDeadlineMs: 2 * minute,
  settleMs: minute,
  watchMs: 5 * minute,
  undoDeadlineMs: 30 * minute,
  quietMs: 10 * minute,
  metricLateMs: 3 * minute,
  metricPeriodSec: 60,
  staleReadMs: 75 * second,
  wireMs: 16 * minute,
  driftMs: 11 * second,
  visibilityMs: 5 * minute,
  propagationMs: 2 * minute,
  goneMs: 90 * second,
  orphanMs: hour,
  unpinMs: 10 * minute,
  claimEveryMs: second / 2,
  observationMaxAgeMs: 5 * second,
  nightBadMs: 2 * minute,
  nightWindowMs: 5 * minute,
  diagnosisMs: 24 * hour,
  rejectedMs: 24 * hour,
  bake: {
    launchMs: 10 * minute,
    buildMs: 20 * minute,
    resultMs: 3 * minute,
    imageMs: 60 * minute,
    discardMs: 60 * minute,
  },
}

/**
 * The waits for a cloud whose own delays are divided by `divisor` (1 = AWS). Floors keep a wait longer than the machine's
 * own work: processes still have to start and answer, however short the cloud's delays are. `buildMs` of a bake and the
 * register deadline never fall under a minute for the same reason.
 */
export function scaleTimings(base: Timings, divisor: number): Timings {
  const scaled = (ms: number, floorMs: number) => Math.max(floorMs, Math.round(ms / divisor))
  if (divisor === 1) return base
  return {
    awsDivisor: divisor,
    stableMs: scaled(base.stableMs, 300),
    pollMs: scaled(base.pollMs, 100),
    stewardMs: scaled(base.stewardMs, 1000),
    calmReads: base.calmReads,
    pageReads: base.pageReads,
    registerDeadlineMs: scaled(base.registerDeadlineMs, 45 * second),
    pinDeadlineMs: scaled(base.pinDeadlineMs, 20 * second),
    switchDeadlineMs: scaled(base.switchDeadlineMs, 20 * second),
    settleMs: scaled(base.settleMs, 300),
    watchMs: scaled(base.watchMs, 500),
    undoDeadlineMs: scaled(base.undoDeadlineMs, minute),
    quietMs: scaled(base.quietMs, 3 * second),
    metricLateMs: 0,
    metricPeriodSec: 1,
    staleReadMs: scaled(base.staleReadMs, 500),
    wireMs: scaled(base.wireMs, 2000),
    driftMs: scaled(base.driftMs, 1500),
    visibilityMs: scaled(base.visibilityMs, 10 * second),
    propagationMs: scaled(base.propagationMs, 500),
    goneMs: scaled(base.goneMs, 1500),
    orphanMs: scaled(base.orphanMs, 10 * second),
    unpinMs: scaled(base.unpinMs, 3 * second),
    claimEveryMs: base.claimEveryMs,
    observationMaxAgeMs: base.observationMaxAgeMs,
    nightBadMs: scaled(base.nightBadMs, second),
    nightWindowMs: scaled(base.nightWindowMs, 10 * second),
    diagnosisMs: base.diagnosisMs,
    rejectedMs: base.rejectedMs,
    bake: {
      launchMs: scaled(base.bake.launchMs, minute),
      buildMs: scaled(base.bake.buildMs, 3 * minute),
      resultMs: scaled(base.bake.resultMs, 5 * second),
      imageMs: scaled(base.bake.imageMs, 3 * minute),
      discardMs: scaled(base.bake.discardMs, 3 * minute),
    },
  }
}
