import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Right } from '../../server/domain/access.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import { byProvider, knownPerson } from '../support/known-person.js'

/** Two people by an identity provider: an admin of everything, and one with other rights. */
async function consoleWith(rights: readonly Right[]) {
  const under = consoleOver(demoWorld(), { signIn: byProvider })
  async function someone(email: string, theirs: readonly Right[]) {
    const { bearer } = await knownPerson(under, email, theirs)
    return {
      get: (path: string) => request(under.app).get(path).set(bearer),
      post: (path: string, body: object) => request(under.app).post(`/api/v1${path}`).set(bearer).send(body),
    }
  }
  const admin = await someone('root@example.com', [{ role: 'admin', application: null }])
  return { admin, person: await someone('ada@example.com', rights) }
}

const hold = (scope: string) => ({ scope, reason: 'an incident' })

describe('what is on hold', () => {
  it('is placed and taken back by deployers of its application only', async () => {
    const { admin, person } = await consoleWith([{ role: 'deployer', application: 'search' }])
    for (const scope of ['all', 'region:eu-west-1', 'application:shop', 'cluster:shop-main']) {
      const refused = await person.post('/holds', hold(scope)).expect(403)
      expect((refused.body as { detail: string }).detail).toContain('Nothing was changed')
    }
    await person.post('/stop', hold('all')).expect(403)
    const placed = await person.post('/holds', hold('cluster:search-main')).expect(201)
    const { id } = (placed.body as { hold: { id: string } }).hold
    await person.post(`/holds/${id}/release`, { reason: 'over' }).expect(200)
    const all = await admin.post('/holds', hold('all')).expect(201)
    const { id: forAll } = (all.body as { hold: { id: string } }).hold
    await person.post(`/holds/${forAll}/release`, { reason: 'over' }).expect(403)
  })

  it('is not told to who may not see what it is about', async () => {
    const { admin, person } = await consoleWith([{ role: 'viewer', application: 'search' }])
    const placed = await admin.post('/holds', hold('cluster:shop-main')).expect(201)
    const { id } = (placed.body as { hold: { id: string } }).hold
    await admin.post('/holds', { scope: 'all', reason: 'for everybody' }).expect(201)
    for (const path of ['/api/v1/holds', '/holds', '/']) {
      const { text } = await person.get(path).expect(200)
      expect([path, text.includes('shop-main'), text.includes('for everybody')]).toEqual([path, false, true])
    }
    await person.post(`/holds/${id}/release`, { reason: 'x' }).expect(403)
  })

  it('is overridden by admins of the application only, and never by chance', async () => {
    const { admin, person } = await consoleWith([{ role: 'deployer', application: 'account' }])
    await admin.post('/holds', hold('application:account')).expect(201)
    const deploy = { image: 'account-6.40.2-9c1f2ab0' }
    await person.post('/clusters/account-web/deployments', deploy).expect(409)
    const refused = await person
      .post('/clusters/account-web/deployments', { ...deploy, override: 'urgent' })
      .expect(403)
    expect((refused.body as { detail: string }).detail).toContain('needs the role admin for account')
    await admin.post('/clusters/account-web/deployments', { ...deploy, override: 'urgent' }).expect(202)
  })
})
