import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import type { Operation } from '../../server/domain/operation.js'
import { cancelOperation } from '../../server/engine/cancel.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import type { Parts } from '../../server/engine/parts.js'
import { requestBake } from '../../server/engine/request-bake.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'
import { MortalEngine, type CrashPoint } from './crash-mortal-engine.js'
import { makeLook, type WhatIsThere } from './crash-what-is-there.js'

/**
 * Which of the recorded points the single crashes take: every n-th, from an offset that changes with each run. All of them
 * with DELLING_CRASH_EVERY=1, the same ones again with DELLING_CRASH_SEED.
 */
const rounds = 5
const seed = Number(process.env.DELLING_CRASH_SEED ?? randomInt(1_000_000))

/** Waits without meaning for what is shown here: a dead process takes less time to follow. */
const shortWaits = {
  switchDeadlineMs: 3000,
  quietMs: 600,
  goneMs: 300,
  unpinMs: 500,
  settleMs: 200,
  watchMs: 300,
  visibilityMs: 3000,
}

const name = 'sunrise-main'
let stack: EngineStack
let parts: Parts
let engine: MortalEngine
let look: ReturnType<typeof makeLook>
let first: Image
let second: Image

const versionIn = (body: string) => /\d+\.\d+\.\d+/.exec(body)?.[0] ?? 'none'
const say = (text: string) => process.stdout.write(`${text}\n`)

beforeAll(async () => {
  stack = await startEngineStack({ withoutLoop: true, timings: shortWaits })
  parts = stack.parts
  engine = new MortalEngine(parts)
  engine.start()
  look = makeLook(stack)
  ;[first, second] = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
})
afterAll(async () => {
  await engine.stop()
  look.close()
  await stack.stop()
})

/** Everything at rest: no operation, and the ledger holds only what stays. */
async function atRest(cluster: string, wanted?: WhatIsThere): Promise<WhatIsThere> {
  let seen = await look.cluster(cluster)
  let steadySince = performance.now()
  await until(
    async () => {
      const now = await look.cluster(cluster)
      const same = JSON.stringify(now) === JSON.stringify(seen)
      if (!same) steadySince = performance.now()
      seen = now
      return wanted ? JSON.stringify(seen) === JSON.stringify(wanted) : performance.now() - steadySince > 2500
    },
    30_000,
    `${cluster} at rest`,
  ).catch((error: unknown) => {
    expect(seen).toEqual(wanted)
    throw error
  })
  return seen
}

const done = async (operation: Operation | null) => {
  const ended = await stack.ended(operation?.id ?? '')
  if (ended.phase !== 'succeeded')
    throw new Error(`${ended.kind}: ${ended.phase}: ${ended.endSentence ?? ''}`)
  return ended
}

/** The three operations that bring a cluster back to where it began; each with what is there afterwards. */
const script = [
  {
    what: 'deploy',
    ask: async () => (await deploy(parts, person, { cluster: name, image: second.name })).operation,
  },
  {
    what: 'switch back',
    ask: async () =>
      (await switchBack(parts, person, { cluster: name, to: `${name}-v001`, reason: 'a test' })).operation,
  },
  {
    what: 'destroy',
    ask: async () => {
      const { groups } = await clusterView(parts, name, 0)
      const rejected = groups.find((group) => group.state === 'rejected')?.group.name ?? ''
      return (await destroyGroup(parts, person, { group: rejected, reason: '' })).operation
    },
  },
] as const

/** Runs one step; `dieAt` names the point (and which occurrence of it) at which the process dies. */
async function runStep(step: (typeof script)[number], dieAt: string | null): Promise<string[]> {
  const points: string[] = []
  const counts = new Map<string, number>()
  let asked: string | null = null
  engine.fate = ({ label, operationId }: CrashPoint) => {
    if (operationId === null || (asked !== null && operationId !== asked)) return false
    const count = (counts.get(label) ?? 0) + 1
    counts.set(label, count)
    points.push(`${label} #${count}`)
    return points.at(-1) === dieAt
  }
  const operation = await step.ask()
  asked = operation?.id ?? null
  await done(operation)
  engine.fate = () => false
  return points
}

describe('a process that dies', () => {
  const recorded: string[][] = []
  const ends: WhatIsThere[] = []

  it('at every point of a create, one after another, leaves the cluster that was asked for (P3)', async () => {
    const { deaths, points } = await storm(async () => {
      const { operation } = await createCluster(parts, person, {
        name,
        image: first.name,
        size: 3,
        listenerPort: 18_290,
      })
      await done(operation)
    })
    expect(points).toContain('RuleMade recorded')
    expect(points).toContain('CreateAutoScalingGroup sent')
    say(`crash: create died at each of its ${deaths} points`)
    const seen = await atRest(name)
    expect(seen).toMatchObject({
      groups: { [`${name}-first`]: 'live' },
      weights: { [`${name}-first`]: 100 },
      scaling: { [`${name}-first`]: '3/3/3 suspended: ' },
      ledger: [],
    })
  })

  it('is first watched in a run that has none (P3)', async () => {
    for (const step of script) {
      recorded.push(await runStep(step, null))
      ends.push(await atRest(name))
    }
    expect(ends.map((end) => end.groups)).toEqual([
      { [`${name}-first`]: 'warm', [`${name}-next`]: 'live' },
      { [`${name}-first`]: 'live', [`${name}-next`]: 'rejected' },
      { [`${name}-first`]: 'live' },
    ])
    expect(ends[2]).toMatchObject({
      ledger: [],
      targetGroups: [`${name}-first`],
      launchTemplates: [`${name}-first`],
    })
    expect(recorded[0]).toContain('SwitchIntended + ModifyRule (switch) not recorded #1')
  })

  it('at one point of a deployment, a switch back or a destroy changes neither the end nor an answer (P1, P3, P8)', async () => {
    const every = Number(process.env.DELLING_CRASH_EVERY ?? Math.ceil((recorded[0]?.length ?? 0) / rounds))
    const { url } = await clusterView(parts, name, 0)
    const client = steadyClient(url ?? '', 100, versionIn)
    let crashes = 0
    for (let at = seed % every; at < (recorded[0]?.length ?? 0); at += every)
      for (const [index, step] of script.entries()) {
        const points = recorded[index] ?? []
        const dieAt = points[at % points.length] ?? ''
        const before = engine.deaths
        const reached = await runStep(step, dieAt)
        expect(reached, `${step.what} reaches ${dieAt} (seed ${seed})`).toContain(dieAt)
        expect(engine.deaths - before, `${step.what} dies at ${dieAt} (seed ${seed})`).toBe(1)
        await atRest(name, ends[index]).catch((error: unknown) => {
          throw new Error(
            `${step.what} that dies at "${dieAt}" (seed ${seed}) ends elsewhere: ${String(error)}`,
          )
        })
        crashes += 1
      }
    const report = await client.stop()
    say(
      `crash: ${crashes} single crashes of ${recorded.flat().length} points (seed ${seed}), ${report.requests} requests`,
    )
    expect(report.failed).toEqual([])
    expect(report.requests).toBeGreaterThan(100)
  })

  it('at every point of a deployment, a switch back and a destroy loses nothing (P3, P5, P8)', async () => {
    const { url } = await clusterView(parts, name, 0)
    const client = steadyClient(url ?? '', 100, versionIn)
    for (const [index, step] of script.entries()) {
      const { deaths, points } = await storm(async () => done(await step.ask()))
      say(`crash: ${step.what} died at each of its ${deaths} points`)
      const reachable = (recorded[index] ?? [])
        .filter((point) => point.endsWith(' #1') && !point.startsWith('answer'))
        .map((point) => point.slice(0, -3))
      expect(points).toEqual(expect.arrayContaining(reachable))
      await atRest(name, ends[index])
    }
    const report = await client.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toEqual(['1.0.0', '1.1.0', '1.0.0'])
  })

  it('after a cancel, at every point of the way back, ends where the cancel said (P3, P13)', async () => {
    for (const [phase, end] of [
      ['registering', 'cancelled'],
      ['settling', 'rolledBack'],
    ] as const) {
      let cancelled: Promise<unknown> | null = null
      const { deaths } = await storm(async () => {
        const { operation } = await deploy(parts, person, { cluster: name, image: second.name })
        await until(
          async () => (await parts.history.operation(operation.id))?.phase === phase,
          30_000,
          `the deployment is ${phase}`,
        )
        cancelled = cancelOperation(parts, person, operation.id, 'a test')
        await cancelled
        expect((await stack.ended(operation.id)).phase).toBe(end)
      })
      expect(deaths).toBeGreaterThan(8)
      const seen = await atRest(name)
      expect(seen).toMatchObject({
        groups: { [`${name}-first`]: 'live', [`${name}-next`]: 'rejected' },
        weights: { [`${name}-first`]: 100 },
      })
      await done(await script[2].ask())
      await atRest(name, ends[2])
    }
  })

  it('at every point of a bake makes one image and leaves no builder (P3, P5)', async () => {
    const { package: source, application } = (await parts.history.bakes({ limit: 1 }))[0]!.request
    const bake = async (version: string) => {
      const {
        bake: { id },
      } = await requestBake(parts, person, { application, version, package: source })
      await until(
        async () => ['baked', 'failed', 'cancelled'].includes((await parts.history.bake(id))?.phase ?? ''),
        90_000,
        `the bake of ${version}`,
      )
      return parts.history.bake(id)
    }
    const { deaths, points } = await storm(async () => {
      const baked = await bake('7.0.0')
      expect(baked, baked?.log).toMatchObject({ phase: 'baked' })
      await until(
        async () => (await look.bakes(baked?.imageName ?? '')).builders === 0,
        20_000,
        'no builder is left',
      )
      expect((await look.bakes(baked?.imageName ?? '')).images).toEqual(['available'])
    })
    expect(points).toEqual(
      expect.arrayContaining(['RunBuilder sent', 'CreateImage sent', 'TerminateBuilder sent']),
    )
    say(`crash: bake died at each of its ${deaths} points`)
    expect((await parts.history.obligations()).filter((row) => row.kind === 'builder')).toEqual([])
  })
})

/** Dies once at every point that is met while `work` runs. */
async function storm(work: () => Promise<unknown>): Promise<{ deaths: number; points: readonly string[] }> {
  const met = new Set<string>()
  const before = engine.deaths
  engine.fate = ({ label }) => {
    if (met.has(label)) return false
    met.add(label)
    return true
  }
  try {
    await work()
  } finally {
    engine.fate = () => false
  }
  return { deaths: engine.deaths - before, points: [...met] }
}
