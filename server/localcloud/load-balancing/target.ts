import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock } from '../clock.js'
import {
  type CheckedHealth,
  type Probe,
  afterProbe,
  failureReason,
  uncheckedHealth,
} from './health-verdict.js'
import type { ProbeTarget } from './probe.js'
import type { HealthCheck } from './records.js'

/** Processes do not boot or answer faster because the pace is brisk, so a check's patience is never scaled below this. */
const MIN_TIMEOUT_MS = 2000
const MIN_INTERVAL_MS = 100

/** Why a target is not health-checked at all. */
export interface Standing {
  readonly state: 'unused' | 'draining' | 'unavailable'
  readonly reason: string
  readonly description: string
}

/** One registered target at work: where it answers, how healthy it is, what it is busy with. */
export class Target {
  /** Requests and tunnels that have not ended. */
  inFlight = 0
  /** Set while something other than health checks decides its state. */
  standing: Standing | undefined
  health: CheckedHealth = uncheckedHealth
  /** The loopback port for traffic; undefined while the instance has none. */
  port: number | undefined
  private timer: NodeJS.Timeout | undefined
  private checking = false
  /** Tells an answer to an earlier series of checks from one to the present series. */
  private series = 0

  constructor(
    readonly id: string,
    readonly registeredPort: number,
    private readonly clock: Clock,
    private readonly probeTarget: ProbeTarget,
    private readonly address: () => number | undefined,
    /** True while it answers 503 in place of its application. */
    readonly isSick: () => boolean,
    private readonly onChange: (target: Target) => void,
  ) {
    this.port = address()
  }

  get state(): 'initial' | 'healthy' | 'unhealthy' | Standing['state'] {
    return this.standing?.state ?? this.health.state
  }

  /** Begins to check, or goes on with the changed settings. */
  check(settings: HealthCheck): void {
    if (this.standing) {
      this.standing = undefined
      this.health = uncheckedHealth
      this.onChange(this)
    }
    if (this.checking) return
    this.checking = true
    void this.probe(settings, ++this.series)
  }

  /** Ends the checks and shows `standing` from now on. */
  stand(standing: Standing): void {
    this.stop()
    if (this.standing?.reason === standing.reason && this.standing.state === standing.state) return
    this.standing = standing
    this.health = uncheckedHealth
    this.onChange(this)
  }

  /** Takes up changed health check settings at the next check. */
  recheck(settings: HealthCheck): void {
    if (!this.checking) return
    this.stop()
    this.check(settings)
  }

  stop(): void {
    this.checking = false
    clearTimeout(this.timer)
  }

  describe(): TargetHealth {
    if (this.standing) {
      const { state, reason, description } = this.standing
      return { State: state, Reason: reason, Description: description } as TargetHealth
    }
    if (this.health.state === 'healthy') return { State: 'healthy' }
    if (this.health.state === 'initial') {
      return {
        State: 'initial',
        Reason: this.health.lastFailure ? 'Elb.InitialHealthChecking' : 'Elb.RegistrationInProgress',
        Description: this.health.lastFailure
          ? 'Initial health checks in progress'
          : 'Target registration is in progress',
      }
    }
    return { State: 'unhealthy', ...failureReason(this.health.lastFailure) } as TargetHealth
  }

  private async probe(settings: HealthCheck, series: number): Promise<void> {
    const startedAt = performance.now()
    this.port = this.address()
    const port = settings.port === 'traffic-port' ? this.port : this.checkPort(settings)
    const patience = Math.max(
      this.clock.scaled(settings.timeoutSeconds * 1000),
      Math.min(settings.timeoutSeconds * 1000, MIN_TIMEOUT_MS),
    )
    const found =
      port === undefined
        ? ({ outcome: 'failed' } as const)
        : await this.probeTarget(port, settings.path, patience)
    const probe: Probe =
      found.outcome === 'answered' && this.isSick() ? { outcome: 'answered', code: 503 } : found
    if (!this.checking || series !== this.series) return
    const before = this.health.state
    this.health = afterProbe(this.health, probe, settings)
    if (this.health.state !== before) this.onChange(this)
    const interval = this.clock.scaled(settings.intervalSeconds * 1000, MIN_INTERVAL_MS)
    const rest = Math.max(MIN_INTERVAL_MS / 2, interval - (performance.now() - startedAt))
    this.timer = setTimeout(() => void this.probe(settings, series), rest)
    this.timer.unref()
  }

  /** An instance answers every application port on the one it has; an address answers where it says. */
  private checkPort(settings: HealthCheck): number | undefined {
    return this.id.startsWith('i-') ? this.port : Number(settings.port)
  }
}
