import type { ClusterState } from '../../server/domain/cluster-state.js'
import { truthOf, type ClusterTruth } from './truth.js'
import { Violation } from './violation.js'
import type { World } from './world.js'

/** A decision is at most this much older than its landing, unless the call was on the wire for longer. */
export const promptMs = 20_000
/** So far back a decision may have looked. */
const windowMs = promptMs + 5000
/** A person's own change may be noticed this late, when every replica slept. */
const strangerMs = 45 * 60_000

interface Sample {
  readonly at: number
  readonly truth: ClusterTruth
}

/** What every check shares: what was seen lately, who else has changed something, and what did not hold. */
export class Witness {
  readonly violations: Violation[] = []
  checks = 0
  private readonly samples = new Map<string, Sample[]>()
  private readonly strangers = new Map<string, number>()
  /** Groups whose sizes somebody else has changed. */
  readonly strangeSizes = new Set<string>()
  /** What somebody else suspended on a group, by its name. */
  readonly strangeSuspensions = new Map<string, readonly string[]>()

  /** Names of groups, target groups and templates, and ARNs of rules, that are somebody else's: made by them, or given back. */
  readonly theirs = new Set<string>()

  /** What carries marks of ours because a person took things as they were. */
  readonly leftMarked = new Set<string>()

  constructor(readonly world: World) {}

  get now(): number {
    return this.world.time.now
  }

  /** Somebody else is about to change something of this cluster. */
  stranger(cluster: string, group?: string): void {
    this.strangers.set(cluster, this.world.time.now)
    if (group) this.strangeSizes.add(group)
  }

  /** Takes what is so now as something that a decision may have seen. */
  sample(cluster: string): void {
    const state = this.world.store.peek(cluster)
    if (!state) return
    const now = this.world.time.now
    const kept = (this.samples.get(cluster) ?? []).filter((each) => each.at >= now - windowMs)
    kept.push({ at: now, truth: truthOf(this.world.cloud, state) })
    this.samples.set(cluster, kept)
  }

  fail(promise: string, what: string): void {
    this.violations.push(new Violation(promise, new Date(this.now), what))
  }

  held(cluster: string, condition: (truth: ClusterTruth) => boolean): boolean {
    this.sample(cluster)
    this.checks += 1
    return (this.samples.get(cluster) ?? []).some((sample) => condition(sample.truth))
  }

  stateOfGroup(name: string): ClusterState | null {
    const states = this.world.store.allStates()
    return states.find((state) => state.groups.some((group) => group.name === name)) ?? null
  }

  isStrange(cluster: string): boolean {
    return this.world.time.now - (this.strangers.get(cluster) ?? Number.NEGATIVE_INFINITY) < strangerMs
  }
}
