import { isEnded } from '../../server/domain/operation.js'
import { isBakeEnded } from '../../server/domain/bake-transitions.js'
import { adoptionClicks, adopts } from './adoption-people.js'
import { foreignCluster } from './adoption-scripts.js'
import { bakeClicks, bakes } from './bake-people.js'
import { drawCallFaults } from './call-faults.js'
import { holdClicks, lifts, openRestraints } from './hold-people.js'
import type { Deed } from './deed.js'
import { Invariants } from './invariants.js'
import type { TrialsInput } from '../../server/engine/trial-settings.js'
import { answers, attempt, cancels, cleans, clicks, decides, deploys, switchesBack } from './people.js'
import { Random } from './random.js'
import { scale } from './scaling.js'
import { strangerActs } from './strangers.js'
import { Violation } from './violation.js'
import { fateIn, weathers, type Weather } from './weather.js'
import { broken, faulty, good, neverWell, World } from './world.js'

export interface NightsOptions {
  readonly seed: number
  /** How many nights one world lives through. */
  readonly nights: number
  readonly weather?: Weather
  readonly clusters?: number
}

/** What became of one world. */
export interface NightsRun {
  readonly seed: number
  readonly weather: string
  /** Nights of a cluster: two clusters have two in one. */
  readonly nights: number
  readonly violations: readonly Violation[]
  readonly operations: number
  readonly crashes: number
  readonly lateLandings: number
  readonly checks: number
  readonly transcript: readonly string[]
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** So long after the last fault everything must have come to its end. */
const patienceMs = 12 * hourMs

/** So long every second counts after something happened, if only to see that nothing follows. */
const shortStirMs = 15_000
/** How much time passes between two looks of the invariants, at most. */
const longestMs = { busy: 30_000, idle: 120_000, ailing: 900_000, quiet: 3 * hourMs }
/** What others change is believed only after two looks. */
const strangerStirMs = 180_000

/** What a cluster asks of its deployments before the switch; most ask for nothing. */
const policies: readonly TrialsInput[] = [
  {},
  {},
  { canarySteps: [10, 50], canaryHoldSec: 60 },
  { approvalWithinMin: 15 },
  { smokeTestPath: '/healthz', smokeTestWithinSec: 120 },
  { smokeTestPath: '/', smokeTestSuccesses: 2, canarySteps: [25], canaryHoldSec: 60 },
  { canarySteps: [25], canaryHoldSec: 60, canaryUnsure: 'goBack', approvalWithinMin: 15 },
  { canarySteps: [50], canaryHoldSec: 60, approvalWithinMin: 15, approvalAtDeadline: 'switch' },
]

/** A test asks for a path that the cluster’s own rule answers. */
function policyOf(name: string, random: Random): TrialsInput {
  const { smokeTestPath, ...policy } = random.pick(policies)
  return smokeTestPath ? { ...policy, smokeTestPath: `/${name}${smokeTestPath}` } : policy
}

/** So many clusters were somebody else's before. */
const adoptedShare = 0.2

interface Happening {
  readonly at: number
  readonly stirMs?: number
  readonly run: () => Promise<string>
}

/** Lives through days and nights of one world, made from one seed. */
export async function liveThrough(options: NightsOptions): Promise<NightsRun> {
  const random = new Random(options.seed)
  const weather = options.weather ?? weathers[options.seed % weathers.length]!
  // A sixth of the looks, and a fortieth of the claims: what they would see in between is the same.
  const timings = { pollMs: 30_000, stewardMs: 90_000, claimEveryMs: 20_000 }
  const world = await World.make({ seed: options.seed, replicas: weather.replicas, timings })
  const nights = new Nights(world, weather, random, options.clusters ?? random.between(1, 2))
  try {
    await nights.live(options.nights)
  } catch (error) {
    nights.broke(error)
  } finally {
    await world.end()
  }
  return nights.report(options)
}

class Nights {
  private readonly invariants: Invariants
  private readonly transcript: string[] = []
  private readonly names: readonly string[]
  private happenings: Happening[] = []
  private readonly errors: Violation[] = []
  private bad = true

  constructor(
    private readonly world: World,
    private readonly weather: Weather,
    private readonly random: Random,
    clusters: number,
  ) {
    this.invariants = new Invariants(world)
    this.names = Array.from({ length: clusters }, (_, at) => `shop-c${at + 1}`)
  }

  async live(nights: number): Promise<void> {
    await this.settleIn()
    this.letItStorm()
    const start = this.world.time.now
    for (let night = 0; night < nights; night++) {
      this.plan(start + night * dayMs)
      await this.passUntil(start + (night + 1) * dayMs)
      if (this.failed()) return
    }
    await this.clearUp()
  }

  broke(error: unknown): void {
    if (error instanceof Violation) this.errors.push(error)
    else {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.errors.push(new Violation('a turn that ends', new Date(this.world.time.now), what))
    }
  }

  report({ seed, nights }: NightsOptions): NightsRun {
    return {
      seed,
      weather: this.weather.name,
      nights: nights * this.names.length,
      violations: [...this.invariants.violations, ...this.errors],
      operations: this.world.store.operationCount(),
      crashes: this.world.replicas.reduce((sum, replica) => sum + replica.deaths, 0),
      lateLandings: this.invariants.lateLandings,
      checks: this.invariants.checks,
      transcript: this.transcript,
    }
  }

  private failed(): boolean {
    return this.invariants.violations.length + this.errors.length > 0
  }

  private say(what: string): void {
    this.transcript.push(`${new Date(this.world.time.now).toISOString()} ${what}`)
  }

  /** Clusters that are up and well before anything bad happens. */
  private async settleIn(): Promise<void> {
    for (let version = 1; version <= 3; version++) await this.world.image(`good-${version}`, good)
    await this.world.image('never', neverWell)
    await this.world.image('faulty', faulty)
    await this.world.image('broken', broken)
    await this.world.image('sick', { bootMs: 20_000, sickAfterMs: 600_000 })
    const image = this.world.images.get('good-1')!
    for (const [at, name] of this.names.entries()) {
      if (this.random.chance(adoptedShare)) {
        await foreignCluster(this.world, name, 80 + at)
        await attempt(this.world, name, adopts, this.random)
        await this.world.time.runUntil(this.world.time.now + 300_000)
        continue
      }
      const { id } = await this.world.create(name, image, 3 + at, 80 + at, {
        ...policyOf(name, this.random),
        ...(this.random.chance(0.6) ? { switchBack: 'automatic' } : {}),
        ...(this.random.chance(0.5) ? { warm: 'follow' } : {}),
      })
      const created = await this.world.ended(id)
      if (created.phase !== 'succeeded')
        throw new Error(`${name} could not be created: ${created.endSentence}`)
    }
  }

  private letItStorm(): void {
    const { world, weather } = this
    const fate = fateIn(weather, this.random.fork())
    world.fate = (point) => {
      // A sleep between the check and the socket can't be noticed by anybody: AWS's own rules and the tickets are for that.
      if (point.label.endsWith('signed') && !point.stoodStill) {
        const replica = world.replicas.find((each) => each.name === point.replica)
        if (replica) this.invariants.signed(replica)
      }
      if (!this.bad) return { kind: 'go' }
      const cut = fate(point)
      if (cut.kind === 'die') this.rise(point.replica)
      if (cut.kind !== 'go')
        this.say(`${point.replica} ${cut.kind === 'die' ? 'dies' : `sleeps ${cut.ms} ms`} at: ${point.label}`)
      return cut
    }
    const latency = this.random.fork()
    world.latencyMs = () => latency.between(20, weather.latencyMs)
    if (Object.keys(weather.callFaults).length > 0)
      drawCallFaults(world.cloud, weather, this.random.fork(), () => this.bad)
  }

  /** A process that died is started again after a while, as systemd or a person would. */
  private rise(name: string): void {
    const replica = this.world.replicas.find((each) => each.name === name)
    setTimeout(() => replica?.start(), this.random.between(1000, 90_000))
  }

  private plan(from: number): void {
    const { random } = this
    const at = () => from + random.between(0, dayMs)
    const click = (name: string): Happening => {
      const deed = random.pick(clicks)
      return this.happening(at(), name, deed)
    }
    for (const name of this.names) {
      const deployAt = from + random.between(0, 6 * hourMs)
      this.happenings.push(this.happening(deployAt, name, deploys))
      for (let look = random.between(0, 2); look > 0; look--)
        this.happenings.push(this.happening(deployAt + random.between(120_000, 1_800_000), name, decides))
      if (random.chance(0.4)) {
        const secondThoughts = random.pick([cancels, cancels, switchesBack])
        this.happenings.push(this.happening(deployAt + random.between(0, 600_000), name, secondThoughts))
      }
      for (let count = random.between(0, 2); count > 0; count--) this.happenings.push(click(name))
      for (let count = random.between(1, 2); count > 0; count--)
        this.happenings.push(this.happening(at(), name, answers))
      for (let count = random.between(0, 2); count > 0; count--)
        this.happenings.push(this.happening(this.soonAfter(deployAt, at), name, random.pick(holdClicks)))
      if (random.chance(0.1)) this.happenings.push(this.happening(at(), name, random.pick(adoptionClicks)))
      this.disasters(name, at, from)
    }
    this.planBakes(at)
    // The world begins at noon: the morning is 07:30 in Berlin, most of a day later.
    this.happenings.push(this.happening(from + 18.6 * hourMs, this.names[0]!, cleans))
    this.happenings.sort((a, b) => a.at - b.at)
  }

  /** Half of what people think of concerns what has just begun. */
  private soonAfter(moment: number, at: () => number): number {
    return this.random.chance(0.5) ? moment + this.random.between(0, 900_000) : at()
  }

  /** A bake, and soon afterwards what comes to people's minds while it runs; and something about images at any time. */
  private planBakes(at: () => number): void {
    const { random } = this
    const bakeAt = at()
    const times = [bakeAt, bakeAt + random.between(0, 300_000), at()]
    const deeds = [bakes, random.pick(bakeClicks), random.pick(bakeClicks)]
    for (const [nth, deed] of deeds.entries())
      this.happenings.push(this.happening(times[nth]!, random.pick(this.names), deed))
  }

  private disasters(name: string, at: () => number, from: number): void {
    const { random, weather, world } = this
    const times = (perDay: number) => Math.floor(perDay) + (random.chance(perDay % 1) ? 1 : 0)
    for (let count = times(weather.strangers); count > 0; count--)
      this.happenings.push({
        at: at(),
        stirMs: strangerStirMs,
        run: async () => `a stranger ${await strangerActs(world, this.invariants, name, random)}`,
      })
    for (let count = times(weather.instanceDeaths); count > 0; count--)
      this.happenings.push({ at: at(), run: async () => this.kill(name) })
    for (let count = random.between(0, 2); count > 0; count--)
      this.happenings.push({
        at: at(),
        run: async () => `${name}: ${await scale(world, name, 'AlarmNotification', random.between(3, 7))}`,
      })
    this.happenings.push({
      at: from + 13 * hourMs,
      run: async () => `${name}: ${await scale(world, name, 'ScheduledActions', 1)}`,
    })
    if (random.chance(weather.zoneOutages)) this.happenings.push({ at: at(), run: async () => this.darken() })
  }

  private kill(name: string): string {
    const groups = Object.values(this.world.cloud.groups).filter((group) => group.name.startsWith(name))
    const victims = groups.flatMap((group) => group.instances.map((instance) => instance.id))
    if (victims.length === 0) return 'no instance is there to die'
    const victim = this.random.pick(victims)
    this.world.cloud.sicken(victim)
    return `${victim} falls sick`
  }

  private darken(): string {
    const zone = this.random.pick(this.world.cloud.model.zones)
    const { knobs } = this.world.cloud.model
    knobs.change({ zonesOut: [zone] })
    setTimeout(() => knobs.change({ zonesOut: [] }), this.random.between(300_000, 7_200_000))
    return `${zone} goes dark`
  }

  private happening(at: number, name: string, deed: Deed): Happening {
    return { at, run: async () => `${name}: Ada ${await attempt(this.world, name, deed, this.random)}` }
  }

  private async passUntil(moment: number): Promise<void> {
    while (this.world.time.now < moment && !this.failed()) {
      const next = this.happenings[0]
      if (next && next.at <= this.world.time.now) {
        this.happenings.shift()
        await this.happens(next)
        continue
      }
      await this.step(Math.min(moment, next?.at ?? moment))
    }
  }

  private async happens({ run, stirMs }: Happening): Promise<void> {
    const { invariants, world } = this
    const before = invariants.changes
    this.say(await run())
    // Nothing comes of what was refused or had no object.
    if (invariants.changes === before) return
    world.stirredUntil = Math.max(world.stirredUntil, world.time.now + (stirMs ?? shortStirMs))
  }

  /** A little time: second by second while something moves, a leap while nothing does. */
  private async step(until: number): Promise<void> {
    const { world } = this
    const { now } = world.time
    const pace = world.pace()
    if (pace === 'busy') {
      const stirredMs = world.stirredUntil > now ? world.stirredUntil - now : longestMs.busy
      await world.time.runUntil(Math.min(until, now + Math.min(stirredMs, longestMs.busy)))
    } else await world.leap(Math.min(until - now, longestMs[pace]))
    if (pace === 'quiet') this.invariants.atRest()
    this.invariants.watch(pace === 'busy' && world.replicas.some((replica) => replica.isUp))
  }

  /** The faults end and people answer: then everything comes to its end, and nothing is left over. */
  private async clearUp(): Promise<void> {
    this.bad = false
    this.world.cloud.model.knobs.change({ zonesOut: [], zonesWithoutCapacity: [] })
    this.say('the faults end')
    const deadline = this.world.time.now + patienceMs
    while (this.world.time.now < deadline && !this.failed()) {
      const asking = this.names.filter((name) => this.needsPerson(name))
      if (this.world.pace() === 'quiet' && asking.length === 0) break
      for (const name of asking)
        for (let open = openRestraints(this.world).length; open > 0; open--)
          await attempt(this.world, name, lifts, this.random)
      for (const name of asking)
        this.say(`${name}: Ada ${await attempt(this.world, name, answers, this.random)}`)
      await this.passUntil(Math.min(deadline, this.world.time.now + 600_000))
    }
    if (this.failed()) return
    for (const state of this.world.store.allStates())
      for (const operation of state.operations)
        if (!isEnded(operation) && operation.phase !== 'waiting')
          throw new Violation(
            'P14',
            new Date(this.world.time.now),
            `the ${operation.kind} of ${operation.to} is ${operation.phase} for ever: ${operation.wait?.sentence ?? operation.haltedBecause ?? ''}`,
          )
    for (const bake of this.world.store.allBakes())
      if (!isBakeEnded(bake))
        throw new Violation(
          'P14',
          new Date(this.world.time.now),
          `the bake ${bake.id} is ${bake.phase} for ever: ${bake.wait?.sentence ?? ''}`,
        )
    this.invariants.atRest()
  }

  private needsPerson(name: string): boolean {
    const state = this.world.store.peek(name)
    return (
      state !== null &&
      (openRestraints(this.world).length > 0 ||
        state.operations.some((operation) => operation.paused) ||
        state.cluster.needsPerson !== null ||
        state.cluster.queuePaused !== null ||
        state.operations.some((operation) => operation.phase === 'halted'))
    )
  }
}
