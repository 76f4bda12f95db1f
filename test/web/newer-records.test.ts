import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { OperationEvent } from '../../server/domain/operation.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'

const why = 'cluster shop-main has the phase “sailing”, which this version of Delling does not know'
const pages = [
  '/',
  '/clusters',
  '/clusters/shop-main',
  '/operations/op-1',
  '/groups/shop-main-v011',
  '/tonight',
  '/log',
  '/more',
  '/applications/shop',
  '/clusters/shop-main/deploy?image=shop-4.11.1-9c1f2ab0',
]

/** Every kind of word that a newer version may have added, beside what is there. */
function newerWorld(): FakeWorld {
  const world = demoWorld()
  const state = world.states.get('shop-main')!
  const newer = <Row>(row: Row, patch: object) => ({ ...row, ...patch })
  world.states.set('shop-main', {
    ...state,
    operations: state.operations.map((row) => newer(row, { phase: 'sailing', kind: 'voyage' })),
    groups: state.groups.map((row) => (row.name === 'shop-main-v011' ? newer(row, { role: 'canary' }) : row)),
    obligations: state.obligations.map((row) => newer(row, { kind: 'mirrorRule', original: { rule: 'x' } })),
  })
  world.events.set('op-1', [
    ...(world.events.get('op-1') ?? []),
    {
      seq: 9000,
      at: world.now,
      actor: { name: 'Delling', via: 'engine' },
      sentence: 'The first step held for ten minutes.',
      event: { type: 'SailSet' } as unknown as OperationEvent,
    },
  ])
  world.addEvent({
    at: world.now,
    stream: 'operation:op-1',
    cluster: 'shop-main',
    application: 'shop',
    actor: { name: 'Delling', via: 'engine' },
    type: 'SailSet',
    sentence: 'The first step held for ten minutes.',
    data: { type: 'SailSet' },
  })
  return world
}

describe('pages over records that a newer version wrote', () => {
  let under: ReturnType<typeof consoleOver>
  let authorization: string
  beforeEach(async () => {
    under = consoleOver(newerWorld(), { leftAlone: new Map([['cluster:shop-main', why]]) })
    authorization = `Bearer ${await under.credentials.issueToken({ name: 'Ada' })}`
  })

  it.each(pages)('%s is shown', async (path) => {
    const page = await request(under.app).get(path).set('Authorization', authorization)
    expect(page.status, page.text).toBeLessThan(500)
    expect(page.text).not.toContain('undefined')
  })

  it('the page about this installation says what is left alone, and why', async () => {
    const page = await request(under.app).get('/more').set('Authorization', authorization).expect(200)
    expect(page.text).toContain('Left to a newer version')
    expect(page.text).toContain(why)
  })
})
