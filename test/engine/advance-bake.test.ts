import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { isBakeEnded } from '../../server/domain/bake-transitions.js'
import { advanceBake } from '../../server/engine/advance-bake.js'
import { Fenced } from '../../server/engine/ports.js'
import { cancelBake, requestBake } from '../../server/engine/request-bake.js'
import { leaseOf } from '../support/bake-store.js'
import { packageLines } from '../support/package-lines.js'
import { BakeWorld, person, sha256, shopBake, type Fate } from '../support/bake-world.js'

async function begun(world: BakeWorld): Promise<string> {
  const { bake } = await requestBake(world.parts, person, shopBake)
  return bake.id
}

describe('a bake', () => {
  it('launches a builder, makes the image from the stopped one, terminates it and records the image', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    const bake = await world.run(id)
    expect(bake).toMatchObject({ phase: 'baked', reused: false, imageId: 'ami-2' })
    expect(world.sent.map((call) => call.type)).toEqual([
      'RunBuilder',
      'CreateImage',
      'RequireImdsV2',
      'TerminateBuilder',
    ])
    expect(world.memory.images.get('ami-2')).toMatchObject({
      application: 'shop',
      version: '1.0.0',
      packageSha256: sha256,
    })
    expect(world.memory.openObligations()).toEqual([])
    expect([...world.builders.values()].map((builder) => builder.state)).toEqual(['terminated'])
  })

  it('records what the builder reported as installed, though its console comes after its tag', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    const node = { manager: 'runtime', name: 'node', version: '20.19.0' } as const
    world.liveImage = (image) => {
      world.console = `BAKE-BEGIN ${id}\n${packageLines([node]).join('\n')}\nBAKE-RESULT ${id} ok:${sha256}\n`
      image.state = 'available'
    }
    expect(await world.run(id)).toMatchObject({ phase: 'baked', packageCount: 1 })
    expect(world.memory.packages.get(id)).toEqual([node])
    expect(world.memory.timeline(id).filter((type) => type === 'PackagesListed')).toHaveLength(1)
  })

  it('is baked anew where somebody else has deregistered the image of the same inputs', async () => {
    const world = new BakeWorld()
    const first = await world.run(await begun(world))
    world.images.delete(first.imageId ?? '')
    const again = await world.run(await begun(world))
    expect(again).toMatchObject({ phase: 'baked', imageName: first.imageName })
    expect(again.imageId).not.toBe(first.imageId)
    expect(world.memory.images.get(first.imageId ?? '')?.retirement).toMatchObject({ phase: 'retired' })
    expect(world.memory.images.get(again.imageId ?? '')?.retirement).toBeNull()
  })

  it('is good without a list of what is installed', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    expect(await world.run(id)).toMatchObject({ phase: 'baked', packageCount: null })
    expect(world.memory.packages.size).toBe(0)
  })

  it('owes its builder from before the launch until it is seen terminated', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.fates = ['answer lost']
    await world.turn(id)
    expect(world.memory.openObligations()).toMatchObject([{ kind: 'builder', object: id }])
    await world.run(id)
    expect(world.memory.openObligations()).toEqual([])
  })

  it('tries the next place with a new client token where there is no capacity', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.fates = [{ code: 'InsufficientInstanceCapacity' }, { code: 'Unsupported' }]
    await world.run(id)
    const launches = world.sent.filter((call) => call.type === 'RunBuilder')
    expect(launches.map((call) => call.subnetId)).toEqual(['subnet-a', 'subnet-b', 'subnet-c'])
    expect(new Set(launches.map((call) => call.token)).size).toBe(3)
  })

  it('rests after a round of refusals and gives up at the deadline, owing nothing', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.fates = Array.from({ length: 5000 }, () => ({ code: 'InsufficientInstanceCapacity' }))
    const bake = await world.run(id)
    expect(bake.phase).toBe('failed')
    expect(bake.reason).toContain('No builder could be launched within')
    // Ten minutes in rounds of three with 30 s between them.
    expect(world.sent.length).toBeLessThan(80)
    expect(world.memory.openObligations()).toEqual([])
  })

  it('repeats a launch whose answer was lost with the same token and the same user data', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.fates = ['lost', 'lost']
    const bake = await world.run(id)
    const launches = world.sent.filter((call) => call.type === 'RunBuilder')
    expect(launches).toHaveLength(3)
    expect(launches[1]).toEqual(launches[0])
    expect(launches[2]).toEqual(launches[0])
    expect(bake.phase).toBe('baked')
  })

  it('terminates a builder whose launch comes through after another try has begun', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.fates = ['late', { code: 'InsufficientInstanceCapacity' }]
    expect(await world.run(id)).toMatchObject({ phase: 'baked', attempt: 2 })
    expect([...world.builders.values()].map(({ state }) => state)).toEqual(['terminated', 'terminated'])
    expect(world.builders.size).toBe(2)
    expect(world.memory.openObligations()).toEqual([])
  })

  it('fails with what the builder said when a step failed, and removes everything', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.console = `boot\nBAKE-BEGIN ${id}\n--- fetch\nFAILED: the package's SHA-256 is another\n`
    world.live = (builder) => world.finish(builder, 'failed:fetch:1')
    const bake = await world.run(id)
    expect(bake).toMatchObject({ phase: 'failed', imageId: null })
    expect(bake.reason).toContain("the package's SHA-256 is another")
    expect(bake.log).toContain('--- fetch')
    expect(bake.log).not.toContain('boot')
    expect(world.images.size).toBe(0)
    expect(world.memory.openObligations()).toEqual([])
  })

  it('never makes an image from a builder that stopped without a report', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.live = (builder) => world.finish(builder, null)
    const bake = await world.run(id)
    expect(bake.reason).toContain('without reporting a result')
    expect(world.sent.some((call) => call.type === 'CreateImage')).toBe(false)
  })

  it('trusts the console when the tag could not be set', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.live = (builder) => {
      world.finish(builder, null)
      world.console = `BAKE-BEGIN ${id}\nBAKE-RESULT ${id} ok:${sha256}\n`
    }
    expect((await world.run(id)).phase).toBe('baked')
  })

  it('refuses a success that is about another package', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.live = (builder) => world.finish(builder, `ok:${'b'.repeat(64)}`)
    expect((await world.run(id)).reason).toContain('another package')
    expect(world.images.size).toBe(0)
  })

  it('fails a builder that never finishes, and terminates it', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.live = () => undefined
    const bake = await world.run(id)
    expect(bake.reason).toContain('did not finish within 20 minutes')
    expect([...world.builders.values()].map((builder) => builder.state)).toEqual(['terminated'])
  })

  it('bakes once more when AWS itself failed to make the image, and not a third time', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.liveImage = (image) => {
      image.state = 'failed'
      image.stateReason = 'Server.InternalError'
    }
    const bake = await world.run(id)
    expect(bake.phase).toBe('failed')
    expect(world.sent.filter((call) => call.type === 'CreateImage')).toHaveLength(2)
    expect(world.sent.filter((call) => call.type === 'DeregisterImage')).toHaveLength(2)
    expect(world.images.size).toBe(0)
    expect(world.memory.openObligations()).toEqual([])
  })

  it('finds its image by name when the answer was lost, instead of making a second one', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.fates = ['ok', 'answer lost']
    expect((await world.run(id)).phase).toBe('baked')
    expect(world.images.size).toBe(1)
  })

  it('spends nothing where its name is taken by an image of somebody else', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    const name = world.bake(id).imageName ?? ''
    world.images.set('ami-other', { name, state: 'available', stateReason: null, imds: true, tags: {} })
    const bake = await world.run(id)
    expect(bake.phase).toBe('failed')
    expect(bake.reason).toContain('ami-other')
    expect(world.sent).toEqual([])
    expect(world.images.has('ami-other')).toBe(true)
  })

  it('is baked though nobody may terminate its builder, asks for that at the poll’s pace, and goes on owing it (P5)', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    while (world.bake(id).phase !== 'finishing') await world.turn(id)
    const rows: unknown[] = []
    const { store } = world.parts
    const answerIntent = store.answerIntent.bind(store)
    world.parts.store.answerIntent = (lease, intent, answer, change) => {
      if (answer.answered === 'refused') rows.push(change?.bake)
      return answerIntent(lease, intent, answer, change)
    }
    world.fates = ['ok', ...Array.from({ length: 5000 }, () => ({ code: 'UnauthorizedOperation' }))]
    const bake = await world.run(id)
    expect(bake.phase).toBe('baked')
    expect(world.memory.openObligations()).toMatchObject([{ kind: 'builder', object: id }])
    const { bake: deadlines, pollMs } = world.parts.timings
    const asked = world.sent.filter((call) => call.type === 'TerminateBuilder').length
    expect(asked).toBeLessThanOrEqual(deadlines.discardMs / pollMs + 1)
    // A row that is written wakes its own writer: none is, for an answer that changes nothing.
    expect(rows.filter((row) => row !== undefined)).toEqual([])
  })

  it('that is cancelled removes a builder whose launch comes through a quarter of an hour later (P5)', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    world.fates = ['lost']
    await world.turn(id)
    const [launch] = world.sent
    await cancelBake(world.parts, person, id)
    const landsAt = world.nowMs + 15 * 60_000
    while (world.nowMs < landsAt) await world.turn(id)
    expect(world.bake(id).phase).toBe('discarding')
    await world.parts.bakeCloud.perform(launch!, () => undefined, new AbortController().signal)
    const bake = await world.run(id)
    expect(bake.phase).toBe('cancelled')
    expect([...world.builders.values()].map((builder) => builder.state)).toEqual(['terminated'])
    expect(world.memory.openObligations()).toEqual([])
  })

  it('sends nothing once its lease has run out, and says so in the intent', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    const late = () => {
      throw new Fenced('lease')
    }
    await advanceBake(world.parts, leaseOf(id, late))
    expect(world.sent).toEqual([])
    expect(world.memory.intents.map((row) => row.answered)).toEqual(['not sent'])
  })

  it('leaves a request unanswered whose answer comes too late to be recorded, until a look shows what it did', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    const answerIntent = world.parts.store.answerIntent.bind(world.parts.store)
    world.parts.store.answerIntent = async () => {
      world.parts.store.answerIntent = answerIntent
      throw new Fenced('lease')
    }
    await expect(advanceBake(world.parts, leaseOf(id))).rejects.toThrow(Fenced)
    expect(world.sent.map((call) => call.type)).toEqual(['RunBuilder'])
    expect(world.memory.intents.map((row) => row.answered)).toEqual([null])
    expect(await world.run(id)).toMatchObject({ phase: 'baked' })
    expect(world.sent.filter((call) => call.type === 'RunBuilder')).toHaveLength(1)
  })

  it('decides nothing from a look that is older than five seconds', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    const look = world.parts.bakeCloud.observeBake.bind(world.parts.bakeCloud)
    world.parts.bakeCloud.observeBake = async (bake) => {
      const seen = await look(bake)
      world.nowMs += 6000
      return seen
    }
    expect(await advanceBake(world.parts, leaseOf(id))).toEqual({ lookAgainMs: 0 })
    expect(world.sent).toEqual([])
  })
})

describe('cancelling a bake', () => {
  for (const turns of [0, 1, 2, 3, 4])
    it(`after ${turns} turns ends it with nothing left behind`, async () => {
      const world = new BakeWorld()
      const id = await begun(world)
      for (let turn = 0; turn < turns; turn++) await world.turn(id)
      await cancelBake(world.parts, person, id)
      const bake = await world.run(id)
      expect(bake.phase).toBe('cancelled')
      expect(world.images.size).toBe(0)
      expect([...world.builders.values()].every((builder) => builder.state === 'terminated')).toBe(true)
      expect(world.memory.openObligations()).toEqual([])
    })

  it('is refused once the image is there', async () => {
    const world = new BakeWorld()
    const id = await begun(world)
    while (world.bake(id).phase !== 'finishing') await world.turn(id)
    await expect(cancelBake(world.parts, person, id)).rejects.toThrow('is baked already')
  })
})

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Fate>('ok') },
  fc.constantFrom<Fate>(
    'answer lost',
    'lost',
    'late',
    { code: 'InsufficientInstanceCapacity' },
    { code: 'RequestLimitExceeded', means: 'busy' },
    { code: 'UnauthorizedOperation' },
  ),
)
const report = fc.constantFrom(`ok:${sha256}`, `ok:${sha256}`, 'failed:open:1', null, 'hang', 'terminated')

describe('whatever AWS does, and wherever the engine dies', () => {
  test.prop(
    {
      fates: fc.array(fate, { maxLength: 12 }),
      reports: fc.array(report, { minLength: 1, maxLength: 3 }),
      imageFails: fc.array(fc.constantFrom(null, 'Server.InternalError', 'Client.Broken'), { maxLength: 2 }),
      deaths: fc.uniqueArray(fc.nat({ max: 25 }), { maxLength: 5 }),
      cancelAt: fc.option(fc.nat({ max: 20 })),
    },
    { numRuns: 300 },
  )(
    'a bake ends, with an image only from a builder that reported success, and with nothing else left',
    async (plan) => {
      const world = new BakeWorld()
      const id = await begun(world)
      world.fates = [...plan.fates]
      let reports = 0
      world.live = (builder) => {
        const said = plan.reports[Math.min(reports++, plan.reports.length - 1)]
        if (said === 'hang') return
        if (said === 'terminated') {
          builder.state = 'terminated'
          builder.stateReason = 'Server.InternalError'
        } else world.finish(builder, said ?? null)
      }
      const failures = [...plan.imageFails]
      world.liveImage = (image) => {
        if (image.state !== 'pending') return
        const failure = failures.shift() ?? null
        image.state = failure === null ? 'available' : 'failed'
        image.stateReason = failure
      }
      // Dies between any two writes: what was written stays, what was to follow never happens.
      let writes = 0
      const store = world.parts.store
      for (const name of ['commitTurn', 'answerIntent'] as const) {
        const real = store[name].bind(store) as (...args: unknown[]) => Promise<void>
        Object.assign(store, {
          [name]: async (...args: unknown[]) => {
            if (plan.deaths.includes(writes++)) throw new Error('died')
            return real(...args)
          },
        })
      }
      for (let turn = 0; turn < 3000 && !isBakeEnded(world.bake(id)); turn++) {
        if (turn === plan.cancelAt) await cancelBake(world.parts, person, id).catch(() => undefined)
        try {
          await world.turn(id)
        } catch (error) {
          expect((error as Error).message).toBe('died')
          world.pass(5000)
        }
      }
      const bake = world.bake(id)
      expect(isBakeEnded(bake)).toBe(true)
      // Whatever was on its way has arrived.
      world.pass(20 * 60_000)
      world.pass(1)
      const left = [...world.builders.values()].filter((builder) => builder.state !== 'terminated')
      expect(left).toEqual([])
      expect(world.memory.openObligations()).toEqual([])
      if (bake.phase === 'baked') {
        expect([...world.images.keys()]).toEqual([bake.imageId])
        expect([...world.images.values()][0]).toMatchObject({ state: 'available', imds: true })
        expect(plan.reports).toContain(`ok:${sha256}`)
      } else expect(world.images.size).toBe(0)
    },
  )
})
