import { describe, expect, it } from 'vitest'
import type { FleetInstance } from '../../server/domain/fleet.js'
import { listedInstances, type Recorded } from '../../server/domain/listed-instance.js'
import { fleetInstance, seenTargetGroup } from '../support/demo-account.js'
import { demoWorld } from '../support/demo-world.js'

const world = demoWorld()
const states = [...world.states.values()]
const group = states.flatMap(({ groups }) => groups).find(({ cluster }) => cluster === 'shop-main')!

function listed(instance: FleetInstance, more: Partial<Recorded> = {}, seesForeign = true) {
  const around = { states, owner: 'test', seesForeign, zones: new Map<string, string>() }
  return listedInstances(
    { instances: [instance] },
    { around, images: world.images, bakes: world.bakes, balancing: null, ...more },
  )[0]
}
const scaling = (name: string, lifecycle = 'InService', health = 'Healthy') => ({
  group: name,
  lifecycle,
  health,
  protectedFromScaleIn: false,
  launchTemplateId: null,
  launchTemplateVersion: null,
  targetGroupArns: [],
})

describe('an instance', () => {
  it('is of the recorded group that holds it, or that it left', () => {
    const held = listed(fleetInstance('i-1', { imageId: group.image.imageId, scaling: scaling(group.name) }))
    expect(held).toMatchObject({
      kind: 'group',
      group: group.name,
      cluster: 'shop-main',
      application: 'shop',
      version: group.image.version,
      imageName: group.image.name,
    })
    const left = listed(
      fleetInstance('i-1', { state: 'terminated', tags: { 'aws:autoscaling:groupName': group.name } }),
    )
    expect(left).toMatchObject({ kind: 'group', cluster: 'shop-main', lifecycle: null })
  })

  it('is of a cluster by our mark where no record of its group is left, and never by the mark of another Delling', () => {
    const tags = (owner: string) => ({
      'aws:autoscaling:groupName': 'shop-main-v099',
      'delling:owner': owner,
      'delling:cluster': 'shop-main',
    })
    expect(listed(fleetInstance('i-1', { tags: tags('test') }))?.kind).toBe('group')
    expect(listed(fleetInstance('i-1', { tags: tags('others') }))?.kind).toBe('foreign')
    const elsewhere = { ...tags('test'), 'aws:autoscaling:groupName': 'somebody-v001' }
    expect(listed(fleetInstance('i-1', { tags: elsewhere }))?.kind).toBe('foreign')
  })

  it('is a builder of a bake that its reader may see', () => {
    const tags = { 'delling:owner': 'test', 'delling:bake': 'bake-1' }
    expect(listed(fleetInstance('i-1', { tags }))).toMatchObject({ kind: 'builder', bake: 'bake-1' })
    expect(listed(fleetInstance('i-1', { tags }), { bakes: [] }, false)).toBeUndefined()
  })

  it('is not shown to who may not see what is foreign', () => {
    expect(listed(fleetInstance('i-1'))?.kind).toBe('foreign')
    expect(listed(fleetInstance('i-1'), {}, false)).toBeUndefined()
  })

  it.each([
    [['healthy'], 'InService', 'Healthy', 'healthy'],
    [['healthy', 'unhealthy'], 'InService', 'Healthy', 'unhealthy'],
    [['healthy', 'initial'], 'InService', 'Healthy', 'starting'],
    [['unused'], 'InService', 'Healthy', 'unchecked'],
    [['unused', 'healthy'], 'InService', 'Healthy', 'healthy'],
    [['healthy'], 'InService', 'Unhealthy', 'unhealthy'],
    [['unhealthy'], 'Terminating:Wait', 'Healthy', 'draining'],
    [[], 'Pending', 'Healthy', 'starting'],
    [[], 'InService', 'Healthy', 'unknown'],
  ] as const)(
    'that is %j in its target groups and %s, %s in its group is %s',
    (targets, lifecycle, health, is) => {
      const instance = fleetInstance('i-1', { scaling: scaling(group.name, lifecycle, health) })
      const targetGroups = targets.map((state, index) =>
        seenTargetGroup(`g-${index}`, {
          targets: [{ instanceId: 'i-1', state, reason: null, description: null, port: 1 }],
        }),
      )
      expect(listed(instance, { balancing: { balancers: [], others: [], targetGroups } })?.health).toBe(is)
    },
  )
})
