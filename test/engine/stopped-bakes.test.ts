import { describe, expect, it } from 'vitest'
import { requestBake } from '../../server/engine/request-bake.js'
import { BakeWorld, person, shopBake } from '../support/bake-world.js'
import { hold, stop } from '../support/restraints.js'

describe('where everything is stopped', () => {
  it('a bake is refused, and starts by a written reason, which is recorded', async () => {
    const world = new BakeWorld()
    world.memory.restraints = [stop()]
    await expect(requestBake(world.parts, person, shopBake)).rejects.toMatchObject({ code: 'Stopped' })
    expect(world.memory.bakes.size).toBe(0)
    const { bake } = await requestBake(world.parts, person, { ...shopBake, override: 'it is the fix' })
    expect(bake.request.override).toMatchObject({ by: person.name, reason: 'it is the fix', ids: ['stop-1'] })
    expect((await world.run(bake.id)).phase).toBe('baked')
  })

  it('one whose builder is not launched yet waits, and goes on when the stop is over', async () => {
    const world = new BakeWorld()
    const { bake } = await requestBake(world.parts, person, shopBake)
    world.memory.restraints = [stop()]
    await world.turn(bake.id)
    expect(world.sent).toEqual([])
    expect(world.memory.bakes.get(bake.id)?.wait?.sentence).toContain('everything is stopped by Ada')
    world.memory.restraints = []
    expect((await world.run(bake.id)).phase).toBe('baked')
  })

  it('one whose builder runs is brought to its end: nothing is left running (P5)', async () => {
    const world = new BakeWorld()
    const { bake } = await requestBake(world.parts, person, shopBake)
    await world.turn(bake.id)
    expect(world.sent.map(({ type }) => type)).toEqual(['RunBuilder'])
    world.memory.restraints = [stop()]
    expect((await world.run(bake.id)).phase).toBe('baked')
    expect(world.memory.openObligations()).toEqual([])
  })

  it('a hold keeps no bake', async () => {
    const world = new BakeWorld()
    world.memory.restraints = [hold()]
    const { bake } = await requestBake(world.parts, person, shopBake)
    expect((await world.run(bake.id)).phase).toBe('baked')
  })
})
