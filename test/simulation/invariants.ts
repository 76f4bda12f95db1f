import { LandingChecks } from './landing-checks.js'
import { RestChecks } from './rest-checks.js'
import type { Violation } from './violation.js'
import { Witness } from './witness.js'
import type { World } from './world.js'
import { WriteChecks } from './write-checks.js'

/** Watches every write and every landing of a world and keeps what it saw that should not be. */
export class Invariants {
  /** How often something was written, or has landed. */
  changes = 0
  private readonly witness: Witness
  private readonly landings: LandingChecks
  private readonly writes: WriteChecks
  private readonly rest: RestChecks

  constructor(world: World) {
    this.witness = new Witness(world)
    this.landings = new LandingChecks(this.witness)
    this.writes = new WriteChecks(this.witness)
    this.rest = new RestChecks(this.witness)
    world.cloud.onLanding = (landing) => {
      this.changes += 1
      return this.landings.landing(landing)
    }
    world.store.watch = (written) => {
      this.changes += 1
      this.writes.written(written)
    }
    world.strangerActed = (cluster) => this.stranger(cluster)
  }

  get violations(): readonly Violation[] {
    return this.witness.violations
  }

  get checks(): number {
    return this.witness.checks
  }

  get lateLandings(): number {
    return this.landings.lateLandings
  }

  /** Somebody else is about to change something of this cluster. */
  stranger(cluster: string, group?: string): void {
    this.witness.stranger(cluster, group)
  }

  /** A replica's own check has passed, and it sends: its lease must really be held. */
  signed(replica: Parameters<WriteChecks['signed']>[0]): void {
    this.writes.signed(replica)
  }

  /** Called again and again; `watched`: while somebody looks. */
  watch(watched: boolean): void {
    this.rest.watch(watched)
  }

  /** Asked when all is quiet: nothing is left over, nothing is owed that should be repaid. `watched`: somebody has looked all the time. */
  atRest(asked: { readonly watched?: boolean } = {}): void {
    this.rest.atRest(asked)
  }
}
