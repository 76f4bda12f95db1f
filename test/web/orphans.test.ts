import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Orphan } from '../../server/domain/orphan.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoSystem } from '../support/demo-system.js'
import { demoWorld } from '../support/demo-world.js'
import { byProvider, knownPerson } from '../support/known-person.js'
import type { MemorySystem } from '../support/memory-system.js'

const orphan = (id: string, patch: Partial<Orphan> = {}): Orphan => ({
  thing: {
    kind: 'snapshot',
    id,
    name: '',
    since: new Date('2026-11-18T00:00:00Z'),
    state: '',
    tags: {},
    partOf: null,
    usedBy: null,
  },
  fate: 'asked',
  why: 'The image that it was made for is gone.',
  href: null,
  ...patch,
})

let system: MemorySystem
let under: ReturnType<typeof consoleOver>
let admin: { Authorization: string }
let viewer: { Authorization: string }
let ofOne: { Authorization: string }

beforeEach(async () => {
  system = demoSystem()
  system.seenOrphans = {
    at: new Date('2026-11-19T14:19:08Z'),
    unread: null,
    orphans: [orphan('snap-1'), orphan('vol-1', { fate: 'told', why: 'It may hold something.' })],
  }
  under = consoleOver(demoWorld(), { system, signIn: byProvider })
  const who = async (name: string, rights: Parameters<typeof knownPerson>[2]) =>
    (await knownPerson(under, `${name}@example.com`, rights)).bearer
  admin = await who('ada', [{ role: 'admin', application: null }])
  viewer = await who('vic', [{ role: 'viewer', application: null }])
  ofOne = await who('sam', [{ role: 'admin', application: 'shop' }])
})

describe('orphans', () => {
  it('are listed with what becomes of each', async () => {
    const listed = await request(under.app).get('/api/v1/orphans').set(admin).expect(200)
    expect(listed.body).toMatchObject({
      orphans: [
        { kind: 'snapshot', id: 'snap-1', fate: 'asked' },
        { id: 'vol-1', fate: 'told' },
      ],
    })
    const { text } = await request(under.app).get('/orphans').set(viewer).expect(200)
    expect(text).toContain('Two things carry Delling’s mark, and no record accounts for them')
    expect(text).toMatch(/name="ids" value="snap-1"/)
    expect(text).not.toMatch(/name="ids" value="vol-1"/)
  })

  it('are listed without load balancers where these could not be looked at, which is said', async () => {
    system.seenOrphans = { ...system.seenOrphans, unread: 'Throttling' }
    const listed = await request(under.app).get('/api/v1/orphans').set(admin).expect(200)
    expect(listed.body).toMatchObject({ unread: 'Throttling' })
    const { text } = await request(under.app).get('/orphans').set(viewer).expect(200)
    expect(text).toContain('Load balancers, listeners and rules could not be looked at: Throttling')
  })

  it('are for whoever may see all applications, and removed by an admin of all', async () => {
    await request(under.app).get('/api/v1/orphans').set(ofOne).expect(403)
    await request(under.app).get('/orphans').set(ofOne).expect(403)
    const body = { ids: ['snap-1'], reason: 'left over' }
    for (const who of [viewer, ofOne])
      await request(under.app).post('/api/v1/orphans/remove').set(who).send(body).expect(403)
    expect(system.removals).toEqual([])
  })

  it('are removed by name and reason', async () => {
    await request(under.app)
      .post('/api/v1/orphans/remove')
      .set(admin)
      .send({ ids: ['snap-1'] })
      .expect(400)
    await request(under.app)
      .post('/api/v1/orphans/remove')
      .set(admin)
      .send({ ids: [], reason: 'x' })
      .expect(400)
    expect(system.removals).toEqual([])
    const removed = await request(under.app)
      .post('/api/v1/orphans/remove')
      .set(admin)
      .send({ ids: ['snap-1'], reason: 'left over' })
      .expect(200)
    expect(removed.body).toEqual({
      ends: [{ id: 'snap-1', removed: true, sentence: 'The snapshot snap-1 is removed.' }],
    })
    expect(system.removals).toEqual([{ ids: ['snap-1'], reason: 'left over' }])
  })

  it('are named on the page that asks before they go; what is only told of is not', async () => {
    const { text } = await request(under.app)
      .get('/orphans/remove?ids=snap-1&ids=vol-1')
      .set(admin)
      .expect(200)
    expect(text).toContain('Remove snapshot snap-1')
    expect(text).toContain('snap-1')
    expect(text).not.toContain('vol-1')
    const none = await request(under.app).get('/orphans/remove?ids=vol-1').set(admin).expect(400)
    expect(none.text).toContain('Choose at least one that may be removed.')
    const shown = await request(under.app).get('/orphans').set(viewer).expect(200)
    expect(shown.text).toContain('needs the role admin for all applications')
  })
})
