import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instanceSorts, instanceTest, pageOfInstances, sortKey } from '../../server/domain/instance-query.js'
import type { ListedInstance } from '../../server/domain/listed-instance.js'

const now = new Date('2026-11-19T12:00:00Z')
const base: ListedInstance = {
  instanceId: 'i-0d52b1c4a9e87f301',
  kind: 'group',
  state: 'running',
  stateReason: null,
  health: 'unhealthy',
  healthReason: null,
  lifecycle: 'InService',
  scalingHealth: 'Healthy',
  group: 'shop-main-v012',
  cluster: 'shop-main',
  application: 'shop',
  version: '4.12.0',
  bake: null,
  imageId: 'ami-0a1b2c3d',
  imageName: 'shop-4.12.0-9c1f2ab0',
  type: 't3.medium',
  zone: 'eu-west-1b',
  privateIp: '10.0.18.44',
  publicIp: '198.51.100.7',
  privateDns: 'ip-10-0-18-44.eu-west-1.compute.internal',
  publicDns: 'ec2-198-51-100-7.eu-west-1.compute.amazonaws.com',
  launchedAt: new Date('2026-11-19T09:00:00Z'),
  targets: [{ targetGroup: 'shop-main-1a2b-v012', state: 'unhealthy', reason: null }],
}

describe('a search for instances', () => {
  it.each([
    'i-0d52',
    '10.0.18.44',
    '198.51.100.7',
    'ip-10-0-18-44',
    'ec2-198-51',
    'eu-west-1b',
    't3.medium',
    'ami-0a1b2c3d',
    'shop-main-v012',
    '4.12.0',
    'running',
    'InService',
    '2026-11-19T09',
    'zone:1b health:unhealthy',
    'id:i-0d52 ip:10.0.18 dns:ec2 type:t3 image:9c1f group:v012 cluster:shop application:shop version:4.12',
    'state:running kind:group target:v012 launched:2026-11-19',
    'older:2h younger:1d',
    '',
  ])('finds it by “%s”', (query) => {
    expect(instanceTest(query)(base, now)).toBe(true)
  })

  it.each([
    'i-0e',
    'zone:1a',
    'health:healthy',
    'state:run',
    'shop stopped',
    'older:4h',
    'younger:2h',
    'bake:x',
  ])('does not find it by “%s”', (query) => expect(instanceTest(query)(base, now)).toBe(false))

  it('refuses a field that is none and an age that is none, by a sentence', () => {
    expect(() => instanceTest('colour:red')).toThrow(/no field “colour”.*launched, older, younger\. Nothing/)
    expect(() => instanceTest('older:soon')).toThrow(/“soon” is no age/)
    // A host with a port is no field.
    expect(instanceTest('10.0.18.44:8080')(base, now)).toBe(false)
  })

  it('never throws anything but a refusal, and finds nothing in fields that are not there', () => {
    const empty = { ...base, group: null, privateDns: null, launchedAt: null, targets: [] }
    fc.assert(
      fc.property(fc.string(), (query) => {
        try {
          instanceTest(query)(empty, now)
        } catch (error) {
          expect((error as Error).name).toBe('Refusal')
        }
      }),
    )
    expect(instanceTest('older:1s')(empty, now)).toBe(false)
  })
})

describe('pages of instances', () => {
  const instances = fc.uniqueArray(
    fc.record({
      instanceId: fc.stringMatching(/^i-[0-9a-f]{8}$/),
      zone: fc.constantFrom('a', 'b', 'c'),
      version: fc.constantFrom(null, '1', '10', '9'),
    }),
    { selector: ({ instanceId }) => instanceId },
  )

  it('hold each one once, in order, whatever the order and the length of a page', () => {
    fc.assert(
      fc.property(
        instances,
        fc.constantFrom(...instanceSorts),
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.integer({ min: 1, max: 4 }),
        (some, sort, order, limit) => {
          const all = some.map((each) => ({ ...base, ...each }))
          const seen: ListedInstance[] = []
          for (let after: string | undefined; ;) {
            const page = pageOfInstances(all, { q: '', sort, order, after, limit }, now)
            seen.push(...page.slice(0, limit))
            if (page.length <= limit) break
            after = sortKey(page[limit - 1]!, sort)
          }
          const keys = seen.map((each) => sortKey(each, sort))
          expect(keys).toEqual([...keys].sort((a, b) => (order === 'asc' ? 1 : -1) * (a < b ? -1 : 1)))
          expect(new Set(seen.map(({ instanceId }) => instanceId)).size).toBe(all.length)
          expect(seen).toHaveLength(all.length)
        },
      ),
    )
  })
})
