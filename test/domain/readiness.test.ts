import { describe, expect, it } from 'vitest'
import {
  neededFor,
  reasonNotRegistered,
  registeredPart,
  warmReadiness,
} from '../../server/domain/readiness.js'
import { seenGroup } from '../support/build.js'

describe('registered', () => {
  it('is never said of an empty list of targets', () => {
    const group = { ...seenGroup({ push: 1 }), targets: [] }
    expect(reasonNotRegistered(group, 0, 3)).toBe('0 of 3 targets are healthy')
    expect(reasonNotRegistered({ ...seenGroup({ push: 1, desired: 0 }) }, 0, 3)).toBe(
      '0 of 1 instance are in service',
    )
  })

  it('compares by id: a healthy target of another instance counts for nothing', () => {
    const group = seenGroup({ push: 1 })
    const foreign = {
      ...group,
      targets: group.targets.map((target) => ({ ...target, instanceId: `${target.instanceId}-old` })),
    }
    expect(registeredPart(foreign).instanceIds).toEqual([])
    expect(reasonNotRegistered(foreign, 3, 3)).toContain('0 of 3 targets are healthy')
  })

  it('says how many, which and what AWS said', () => {
    expect(reasonNotRegistered(seenGroup({ push: 1, healthy: 2 }), 3, 3)).toBe(
      '2 of 3 targets are healthy: i-12 is unhealthy: Health checks failed with these codes: [503]',
    )
  })

  it('counts what drains, and lets it say nothing of the rest', () => {
    const group = seenGroup({ push: 1, healthy: 2 })
    const draining = [1, 2].map((at) => ({
      ...group.targets[0]!,
      instanceId: `i-old${at}`,
      state: 'draining' as const,
      description: 'Target deregistration is in progress',
    }))
    expect(reasonNotRegistered({ ...group, targets: [...draining, ...group.targets] }, 3, 3)).toBe(
      '2 of 3 targets are healthy: i-12 is unhealthy: Health checks failed with these codes: [503]; 2 are draining',
    )
    const healthy = seenGroup({ push: 1 })
    const empty = { ...healthy, targets: draining.slice(0, 1) }
    expect(reasonNotRegistered(empty, 3, 3)).toBe('0 of 3 targets are healthy: 1 is draining')
  })

  it('names the missing zone (P6)', () => {
    const group = seenGroup({ push: 1, inZones: ['us-east-1a', 'us-east-1b'] })
    expect(reasonNotRegistered(group, 3, 3)).toBe(
      'Healthy targets stand in 2 zones (us-east-1a, us-east-1b), 3 are needed; missing: us-east-1c',
    )
  })

  it('waits for instances that are still on the way', () => {
    const group = seenGroup({ push: 1 })
    const autoScaling = group.autoScaling && {
      ...group.autoScaling,
      instances: [
        ...group.autoScaling.instances,
        { instanceId: 'i-new', zone: 'us-east-1a', lifecycleState: 'Pending', healthStatus: 'Healthy' },
      ],
    }
    expect(reasonNotRegistered({ ...group, autoScaling }, 3, 3)).toBe('1 further instance still on the way')
  })

  it('asks for as many as live has now, not as many as were asked', () => {
    expect(neededFor(seenGroup({ push: 1, desired: 7 }))).toBe(7)
    expect(reasonNotRegistered(seenGroup({ push: 2, desired: 3 }), 7, 3)).toContain('3 of 7 instances')
  })
})

describe('readiness of a warm group', () => {
  it('is ready while its healthy instances cover what live carries', () => {
    expect(warmReadiness(seenGroup({ push: 1 }), 3, true, 60_000).state).toBe('ready')
  })

  it('is degraded when short, saying how many, and when its health is not checked', () => {
    const short = warmReadiness(seenGroup({ push: 1 }), 5, true, 60_000)
    expect(short).toMatchObject({ state: 'degraded', healthy: 3, needed: 5, mendMs: 60_000 })
    expect(short.sentence).toBe('It has 3 healthy of 5 needed: 2 short.')
    expect(warmReadiness(seenGroup({ push: 1 }), 3, false, 60_000).state).toBe('degraded')
  })

  it('is lost without a healthy target', () => {
    expect(warmReadiness(seenGroup({ push: 1, healthy: 0 }), 3, true, 60_000).state).toBe('lost')
    expect(warmReadiness(null, 3, true, 60_000)).toMatchObject({ state: 'lost', mendMs: null })
  })

  it('promises no time to heal where a part of it is gone, or its group is being deleted', () => {
    const sick = seenGroup({ push: 1, healthy: 0 })
    expect(warmReadiness(sick, 3, true, 60_000).mendMs).toBe(60_000)
    const deleting = sick.autoScaling && { ...sick.autoScaling, status: 'Delete in progress' }
    for (const part of [{ targetGroupArn: null }, { launchTemplateId: null }, { autoScaling: deleting }])
      expect(warmReadiness({ ...sick, ...part }, 3, true, 60_000).mendMs).toBeNull()
  })
})

describe('a warm group that is held below what live needs', () => {
  it('is told apart from one that is being mended', () => {
    expect(warmReadiness(seenGroup({ push: 1, desired: 3 }), 6, true, 9000)).toMatchObject({
      state: 'degraded',
      held: true,
      mendMs: 9000,
    })
    expect(warmReadiness(seenGroup({ push: 1, desired: 6, healthy: 3 }), 6, true, 9000).held).toBe(false)
  })
})
