import type { FaultKind, PlannedFault } from '../../server/localcloud/knobs.js'
import { cancelOperation } from '../../server/engine/cancel.js'
import { runCleanup } from '../../server/engine/cleanup.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { isActive } from '../../server/domain/operation.js'
import { Refusal } from '../../server/domain/refusal.js'
import { adoptionScripts } from './adoption-scripts.js'
import { afterwardsFaults, presentIn, readAfterwards, type Afterwards } from './afterwards.js'
import { bakeScripts } from './bake-scripts.js'
import { bakedThings, bakeOutcomes, type BakedThings } from './baked-things.js'
import { carryScripts } from './carry-scripts.js'
import { dangerScripts } from './danger-scripts.js'
import { imageScripts } from './image-scripts.js'
import { Invariants } from './invariants.js'
import {
  cancelledIn,
  cancels,
  cluster,
  created,
  deployed,
  deployingUntil,
  hourMs,
  tooLateMs,
  untilPhase,
  type Script,
} from './script.js'
import { besideGroups } from './beside-groups.js'
import { ourMarks } from './our-marks.js'
import { everyPause, pauseScripts } from './pause-scripts.js'
import { sizeScripts } from './size-scripts.js'
import { trialScripts } from './trial-scripts.js'
import { carrying, truthOf } from './truth.js'
import { broken, faulty, good, neverWell, person, World } from './world.js'

/** Between the last look and the switch the process stands still, and next falls sick. */
const sickInPinning = async (world: World) => {
  const id = await deployingUntil(world, 'pinning')
  for (const instance of world.cloud.groups[`${cluster}-v002`]?.instances ?? [])
    world.cloud.sicken(instance.id)
  for (const replica of world.replicas) replica.pause(120_000)
  await world.ended(id)
}

/** The switch is sent twice and only the second is answered; then a person cancels, and what is read is eight seconds old. */
const returnedWithAnOpenTicket = async (world: World) => {
  const { knobs } = world.cloud.model
  const id = await deployingUntil(world, 'pinning')
  knobs.plan({ action: 'ModifyRule', kind: 'late', delayMs: tooLateMs })
  await untilPhase(world, id, 'watching')
  knobs.change({ staleReadsMs: 8000 })
  await cancels(world, id)
  await world.ended(id)
  knobs.change({ staleReadsMs: 0 })
  knobs.dropFaults()
}

export const scripts: Readonly<Record<string, Script>> = {
  create: { run: created },
  deploy: { before: created, run: deployed('good-2') },
  'deploy that never gets well': { before: created, run: deployed('never') },
  'falls sick before the switch': { before: created, run: sickInPinning },
  'cancel before the switch': { before: created, run: cancelledIn('registering'), endsByTiming: true },
  'cancel while switching': { before: created, run: cancelledIn('switching'), endsByTiming: true },
  'cancel after the switch': { before: created, run: cancelledIn('watching'), endsByTiming: true },
  'cancel with an unanswered switch': { before: created, run: returnedWithAnOpenTicket, endsByTiming: true },
  ...trialScripts,
  'switch back': {
    before: async (world) => {
      await created(world)
      await deployed('good-2')(world)
    },
    run: async (world) => {
      const { operation } = await world.asks(() =>
        switchBack(world.parts, person, { cluster, reason: 'a rehearsal' }),
      )
      await world.ended(operation.id)
    },
  },
  ...pauseScripts,
  ...dangerScripts,
  ...sizeScripts,
  ...carryScripts,
  cleanup: {
    before: async (world) => {
      await created(world)
      await deployed('good-2')(world)
      await world.time.jump(20 * hourMs)
    },
    run: async (world) => {
      const { operations } = await world.asks(() =>
        runCleanup(world.parts, { name: 'nightly cleanup', via: 'job' }),
      )
      for (const { id } of operations) await world.ended(id)
    },
  },
  ...bakeScripts,
  ...adoptionScripts,
  ...imageScripts,
}

/** What comes between in a rehearsal: nothing, a death or a pause at one point, a call that meets a fault, a person. */
export type Interference =
  | { readonly kind: 'none' }
  | { readonly kind: 'crash'; readonly point: string }
  | { readonly kind: 'pause'; readonly point: string; readonly ms: number }
  | { readonly kind: 'call'; readonly nth: number; readonly fault: CallFault }
  /** A person asks in the very instant between a decision and its record. */
  | { readonly kind: 'ask'; readonly point: string; readonly ask: Asked }

export type Asked = 'cancel' | 'switch back'

export interface CallFault {
  readonly name: string
  /** What becomes of the call itself; missing: nothing. */
  readonly kind?: FaultKind
  /** What reads say for a minute after it. */
  readonly afterwards?: Afterwards
  readonly delayMs?: number
  readonly code?: string
  readonly message?: string
  readonly status?: number
  /** How many calls of the same action in a row; 1 where it is not said. */
  readonly times?: number
}

export const callFaults: readonly CallFault[] = [
  { name: 'answer lost', kind: 'lost-answer' },
  { name: 'cut before it arrives', kind: 'reset-before' },
  { name: 'done twice', kind: 'twice' },
  {
    name: 'throttled for a while',
    kind: 'error',
    code: 'Throttling',
    message: 'Rate exceeded',
    status: 400,
    times: 4,
  },
  {
    name: 'server failure',
    kind: 'error',
    code: 'InternalFailure',
    message: 'Internal',
    status: 500,
    times: 2,
  },
  {
    name: 'no permission',
    kind: 'error',
    code: 'AccessDenied',
    message: 'not authorized',
    status: 403,
    times: 1000,
  },
  { name: 'answered after 20 s', kind: 'delay', delayMs: 20_000 },
  { name: 'delivered 4 minutes later', kind: 'late', delayMs: 240_000 },
  { name: 'delivered 14 minutes later', kind: 'late', delayMs: 840_000 },
  { name: 'delivered too late', kind: 'late', delayMs: tooLateMs },
  ...afterwardsFaults,
]

export interface RehearsalOptions {
  readonly script: string
  readonly interference: Interference
  readonly replicas?: number
}

export interface Rehearsed {
  readonly script: string
  readonly interference: Interference
  /** Every cut point that was passed, each with how often. */
  readonly points: readonly string[]
  /** Every change that was sent, by its action. */
  readonly calls: readonly string[]
  readonly reached: boolean
  readonly end: EndState
  readonly outcomes: readonly string[]
  readonly violations: readonly string[]
}

/** What is recorded and what is there at the end, by names that are the same for every run. */
export interface EndState {
  readonly statement: string
  readonly needsPerson: string | null
  readonly roles: Readonly<Record<string, string>>
  readonly traffic: readonly string[]
  readonly ledger: readonly string[]
  readonly sizes: Readonly<Record<string, string>>
  readonly targetGroups: readonly string[]
  readonly launchTemplates: readonly string[]
  readonly rule: readonly string[]
  /** Policies, alarms, schedules and whatever else groups have, by names. */
  readonly beside: readonly string[]
  /** What says that it is ours. */
  readonly marks: readonly string[]
  /** Load balancers, listeners, and the kinds of conditions that their rules have. */
  readonly around: readonly string[]
  readonly baked: BakedThings
}

/** Rehearses a script in a world of its own, with one thing that goes wrong. */
export async function rehearse({
  script: name,
  interference,
  replicas = 1,
}: RehearsalOptions): Promise<Rehearsed> {
  const script = scripts[name] ?? everyPause[name]
  if (!script) throw new Error(`there is no script ${name}`)
  // Several replicas that nothing disturbs are as on AWS, where a look takes as long as others need to ask for the lease.
  const asOnAws = interference.kind === 'none' && replicas > 1
  const timings = asOnAws ? {} : { pollMs: 10_000, claimEveryMs: 5000 }
  const world = await World.make({ seed: 1, replicas, timings })
  if (asOnAws) world.latencyMs = world.readLatencyMs = () => 300
  const invariants = new Invariants(world)
  const watcher = new Watcher(world, interference)
  const errors: string[] = []
  try {
    await world.image('good-1', good)
    await world.image('good-2', good)
    await world.image('good-3', good)
    await world.image('never', neverWell)
    await world.image('faulty', faulty)
    await world.image('broken', broken)
    await script.before?.(world)
    await comeToRest(world, asOnAws)
    watcher.begin()
    const before = { at: world.time.now, epoch: world.store.epochOf(`cluster:${cluster}`) }
    await script.run(world)
    watcher.end()
    const handOvers = world.store.epochOf(`cluster:${cluster}`) - before.epoch
    if (asOnAws && handOvers > mostHandOvers(world.time.now - before.at))
      errors.push(
        `P14: ${handOvers} times another replica went on, though none had died; each forgets what was seen`,
      )
    await comeToRest(world, asOnAws)
    invariants.atRest({ watched: true })
  } catch (error) {
    errors.push(error instanceof Error ? error.message : String(error))
  }
  if (watcher.hammered) errors.push(watcher.hammered)
  const end = endStateOf(world)
  const outcomes = [...world.store.endedKinds(), ...bakeOutcomes(world)]
  await world.end()
  return {
    script: name,
    interference,
    points: watcher.points,
    calls: watcher.calls,
    reached: watcher.reached,
    end,
    outcomes,
    violations: [...invariants.violations.map((violation) => violation.message), ...errors],
  }
}

/** A cluster at rest may go to another replica at each of its looks; one under way stays with its holder. */
const mostHandOvers = (ms: number) => 4 + (4 * ms) / 60_000

/** So long nothing may change before it counts as the end: a rejected group leaves the rule after minutes. */
const stillForMs = 480_000

/** Until nothing is awaited and nothing changes any more; at most two hours. */
async function comeToRest(world: World, withoutSleep = false): Promise<void> {
  const deadline = world.time.now + 2 * hourMs
  const pass = (ms: number) => (withoutSleep ? world.time.runUntil(world.time.now + ms) : world.leap(ms))
  while (world.time.now < deadline && world.pace() !== 'quiet')
    if (world.pace() === 'busy') await world.time.runUntil(world.time.now + 10_000)
    else await pass(60_000)
  let still = { since: world.time.now, end: JSON.stringify(endStateOf(world)) }
  while (world.time.now - still.since < stillForMs && world.time.now < deadline) {
    await pass(60_000)
    await world.time.runUntil(world.time.now + 5000)
    const end = JSON.stringify(endStateOf(world))
    if (end !== still.end) still = { since: world.time.now, end }
  }
}

const throttled = { code: 'Throttling', message: 'Rate exceeded', status: 400 }

/** A step sends one request, and no operation has so many steps that follow one another at once. */
const mostInTenSeconds = 40

/** Notes what happens between begin and end, and makes one thing of it go wrong. */
class Watcher {
  readonly points: string[] = []
  readonly calls: string[] = []
  reached = false
  private watching = false
  private readonly counts = new Map<string, number>()
  private faultsLeft = 0
  private faultAction = ''
  private lately: number[] = []
  /** What was sent too fast. */
  hammered: string | null = null
  private reachedAt = 0
  /** What there was when it was reached. */
  private present: ReadonlySet<string> = new Set()

  constructor(
    private readonly world: World,
    private readonly interference: Interference,
  ) {
    world.cloud.dispatcher.keepAnswers()
    world.fate = ({ label, mutating, replica }) => {
      if (!this.watching || !mutating) return { kind: 'go' }
      const count = (this.counts.get(label) ?? 0) + 1
      this.counts.set(label, count)
      const point = `${label} #${count}`
      this.points.push(point)
      if (this.reached || interference.kind === 'none' || interference.kind === 'call') return { kind: 'go' }
      if (interference.point !== point) return { kind: 'go' }
      this.reached = true
      if (interference.kind === 'ask') {
        setTimeout(() => void this.ask(interference.ask), 0)
        return { kind: 'pause', ms: 1 }
      }
      if (interference.kind === 'pause') return { kind: 'pause', ms: interference.ms }
      const dead = world.replicas.find((each) => each.name === replica)
      setTimeout(() => dead?.start(), 7000)
      return { kind: 'die' }
    }
    this.planFaults()
  }

  begin(): void {
    this.watching = true
  }

  end(): void {
    this.watching = false
    if (this.interference.kind === 'none') this.reached = true
  }

  /** A refusal is an answer too. */
  private async ask(asked: Asked): Promise<void> {
    const { parts, store } = this.world
    const running = store.peek(cluster)?.operations.find(isActive)
    const work =
      asked === 'switch back'
        ? switchBack(parts, person, { cluster, reason: 'a rehearsal' })
        : running
          ? cancelOperation(parts, person, running.id, 'a rehearsal')
          : Promise.resolve()
    await work.catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error
    })
  }

  private planFaults(): void {
    const { interference, world } = this
    const { knobs } = world.cloud.model
    const take = knobs.take.bind(knobs)
    knobs.take = (service, action, input) => {
      const planned = take(service, action, input)
      if (planned || !this.watching) return planned
      if (/^(Describe|Get|List|Head)/.test(action)) return this.readFault(action)
      this.calls.push(action)
      if (this.hammers(action)) return { id: 'rehearsed', action, remaining: 0, ...throttled, kind: 'error' }
      if (interference.kind !== 'call') return undefined
      const { fault, nth } = interference
      if (this.calls.length - 1 === nth) {
        this.reached = true
        this.reachedAt = world.time.now
        this.present = presentIn(world)
        this.faultAction = action
        this.faultsLeft = fault.times ?? 1
      }
      const { kind } = fault
      if (!kind || this.faultsLeft === 0 || action !== this.faultAction) return undefined
      this.faultsLeft -= 1
      return { id: 'rehearsed', action, remaining: 0, ...fault, kind }
    }
  }

  /** Whether the engine sends as fast as it is answered: what AWS would throttle, and nobody may rely on that. */
  private hammers(action: string): boolean {
    const now = this.world.time.now
    this.lately = [...this.lately.filter((at) => at > now - 10_000), now]
    if (this.lately.length <= mostInTenSeconds) return false
    this.hammered ??= `${this.lately.length} changes were sent within ten seconds, ${action} the last of them`
    return true
  }

  private readFault(action: string): PlannedFault | undefined {
    const { interference, world } = this
    if (interference.kind !== 'call' || !interference.fault.afterwards || !this.reached) return undefined
    const sinceMs = world.time.now - this.reachedAt
    const fault = readAfterwards(world, interference.fault.afterwards, { sinceMs, present: this.present })
    return fault && { id: 'rehearsed', action, remaining: 0, ...fault }
  }
}

function endStateOf(world: World): EndState {
  const state = world.store.peek(cluster)
  const { cloud } = world
  const rule = cloud.rule(state?.cluster.ruleArn ?? null)
  const plain = (text: string) => text.replace(/-[0-9a-f]{8}-v/, '-v')
  const fenced = (state?.groups ?? []).filter((group) => group.fencedAt).map((group) => group.targetGroupName)
  const nameOf = (arn: string | undefined) => plain(cloud.balancing.targetGroups[arn ?? '']?.name ?? 'nobody')
  return {
    statement: state?.cluster.statement ?? '',
    needsPerson: state?.cluster.needsPerson ?? null,
    roles: Object.fromEntries((state?.groups ?? []).map((group) => [group.name, group.role])),
    traffic: state ? carrying(truthOf(cloud, state)) : [],
    ledger: (state?.obligations ?? []).map((row) => `${row.object} ${row.kind}`).sort(),
    sizes: Object.fromEntries(
      Object.values(cloud.groups).map((group) => [
        group.name,
        `${group.min}/${group.desired}/${group.max} suspended: ${Object.keys(group.suspended).sort().join(' ')}`,
      ]),
    ),
    // A fenced one counts as there: only a death in mid-call leaves what has to be fenced, and both are ends without weight.
    targetGroups: [...Object.values(cloud.balancing.targetGroups).map(({ name }) => name), ...fenced]
      .map(plain)
      .sort(),
    launchTemplates: Object.values(cloud.ec2.templates)
      .map((template) => template.name)
      .sort(),
    rule: (rule?.actions.at(-1)?.ForwardConfig?.TargetGroups ?? [])
      .map((entry) => `${nameOf(entry.TargetGroupArn)} ${entry.Weight}`)
      .sort(),
    beside: besideGroups(world),
    marks: [...ourMarks(world).map(({ what }) => what), ...fenced.map((name) => `target group ${name}`)]
      .map(plain)
      .sort(),
    around: [
      `${Object.keys(cloud.balancing.loadBalancers).length} load balancers`,
      `${Object.keys(cloud.balancing.listeners).length} listeners`,
      ...Object.values(cloud.balancing.rules).flatMap((each) =>
        each.conditions.map(({ Field }) => `rule by ${Field}`),
      ),
    ],
    baked: bakedThings(world),
  }
}
