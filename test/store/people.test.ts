import { randomUUID } from 'node:crypto'
import type { SessionData, Store } from 'express-session'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { reasonGrantStays, type Grant } from '../../server/domain/grant.js'
import { Refusal } from '../../server/domain/refusal.js'
import { PgApiTokens } from '../../server/store/api-tokens.js'
import { PgCredentials } from '../../server/store/credentials.js'
import { Database } from '../../server/store/database.js'
import { PgPeople } from '../../server/store/people.js'
import { PgSessions } from '../../server/store/session-list.js'
import { makeSessionStore } from '../../server/store/session-store.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'

const hourMs = 3_600_000

describe('people in PostgreSQL', () => {
  let database: FreshDatabase
  let pool: Database
  beforeAll(async () => {
    database = await freshDatabase()
    pool = new Database(database.url, () => undefined)
  })
  afterAll(async () => {
    await pool.close()
    await database.drop()
  })

  describe('roles', () => {
    let people: PgPeople
    const admin = (name: string) => ({
      to: { kind: 'person' as const, name },
      role: 'admin' as const,
      application: null,
      by: 'test',
      why: 'test',
    })
    beforeEach(async () => {
      people = new PgPeople(pool)
      await pool.query('delete from grants')
    })

    it('come back as they were given, and are given once', async () => {
      const given = await people.give({ ...admin('Ada@example.com'), role: 'deployer', application: 'shop' })
      expect(given).toMatchObject({ to: { kind: 'person', name: 'Ada@example.com' }, application: 'shop' })
      const again = { ...admin('ada@example.com'), role: 'deployer' as const, application: 'shop' }
      expect(await people.give(again)).toBeNull()
      expect(await people.give({ ...again, application: null })).not.toBeNull()
      expect(await people.grants()).toHaveLength(2)
    })

    it('leave one admin, also when two take each other’s at once', async () => {
      const grants = [await people.give(admin('ada')), await people.give(admin('grace'))]
      const take = ({ id }: Grant) =>
        people.take(id, (all) => {
          const reason = reasonGrantStays(all, id)
          if (reason) throw new Refusal('LastAdmin', reason)
        })
      const taken = await Promise.allSettled(grants.map((grant) => take(grant!)))
      expect(taken.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await people.grants()).toHaveLength(1)
      expect(await people.take(randomUUID(), () => undefined)).toBeNull()
      expect(await people.take('no-id', () => undefined)).toBeNull()
    })

    it('reach who signed in, as the provider describes them now', async () => {
      const ada = { id: 'https://id#7', name: 'ada', subject: '7', email: 'a@example.com', groups: ['x'] }
      await people.remember(ada)
      await people.remember({ ...ada, email: null, groups: ['y', 'z'] })
      expect(await people.known(ada.id)).toMatchObject({ email: null, groups: ['y', 'z'] })
      expect(await people.known('https://id#8')).toBeNull()
      expect(await people.everybody()).toHaveLength(1)
    })
  })

  describe('tokens', () => {
    const scope = { role: 'deployer' as const, applications: ['shop'] }
    const who = { personId: 'https://id#7', personName: 'ada' }
    const token = { label: 'CI', ...who, scope, madeBy: null, lifetimeMs: hourMs }

    it('are kept as a digest and a prefix, and open with their scope until they are revoked', async () => {
      const [tokens, credentials] = [new PgApiTokens(pool), new PgCredentials(pool)]
      const { token: made, secret } = (await tokens.create(token))!
      expect(secret).toMatch(/^dlg_[\w-]{43}$/)
      const { rows } = await pool.query<{ text: string }>(`select t::text as text from api_tokens t`)
      expect(JSON.stringify(rows)).not.toContain(secret)
      expect(JSON.stringify(rows)).toContain(made.prefix)
      expect(await credentials.tokenOwner(secret)).toMatchObject({
        name: 'ada',
        personId: 'https://id#7',
        token: { id: made.id, scope },
      })
      expect((await tokens.ofPerson('https://id#7'))[0]?.lastUsedAt).toBeInstanceOf(Date)
      expect(await tokens.revoke(made.id, 'https://id#8')).toBeNull()
      expect(await tokens.revoke('no-id', 'https://id#7')).toBeNull()
      expect(await tokens.revoke(made.id, 'https://id#7')).toMatchObject({ id: made.id })
      expect(await tokens.revoke(made.id, 'https://id#7')).toBeNull()
      expect(await credentials.tokenOwner(secret)).toBeNull()
      expect((await tokens.ofPerson('https://id#7'))[0]?.revokedAt).toBeInstanceOf(Date)
    })

    it('open nothing once they have expired', async () => {
      const { secret } = (await new PgApiTokens(pool).create({ ...token, lifetimeMs: -1 }))!
      expect(await new PgCredentials(pool).tokenOwner(secret)).toBeNull()
    })

    it('without a person’s id, as an earlier version made them, are the machine’s own', async () => {
      const secret = await new PgCredentials(pool).issueToken({ name: 'ada' }, null)
      expect(await new PgCredentials(pool).tokenOwner(secret)).toEqual({
        name: 'ada',
        personId: 'local:ada',
        token: null,
      })
      expect(await new PgApiTokens(pool).ofPerson('local:ada')).toEqual([])
    })

    it('ends with the token that made it, and all that they made, of anybody where an admin asks', async () => {
      const tokens = new PgApiTokens(pool)
      const credentials = new PgCredentials(pool)
      const made = async (madeBy: string | null) => (await tokens.create({ ...token, madeBy }))!
      const first = await made(null)
      const second = await made(first.token.id)
      const third = await made(second.token.id)
      const other = await made(null)
      expect(third.token.madeBy).toBe(second.token.id)
      expect(await tokens.revoke(first.token.id, null)).toMatchObject({
        id: first.token.id,
        personName: 'ada',
      })
      for (const { secret } of [first, second, third]) expect(await credentials.tokenOwner(secret)).toBeNull()
      expect(await credentials.tokenOwner(other.secret)).not.toBeNull()
      expect(await tokens.create({ ...token, madeBy: first.token.id })).toBeNull()
      expect((await tokens.everybodys(500)).map(({ id }) => id)).toContain(third.token.id)
      expect(await tokens.everybodys(1)).toHaveLength(1)
    })

    it('leaves none behind that was made while its maker was revoked', async () => {
      const tokens = new PgApiTokens(pool)
      const credentials = new PgCredentials(pool)
      for (let round = 0; round < 20; round++) {
        const maker = (await tokens.create({ ...token, madeBy: null }))!
        const [child] = await Promise.all([
          tokens.create({ ...token, madeBy: maker.token.id }),
          tokens.revoke(maker.token.id, null),
        ])
        if (child) expect(await credentials.tokenOwner(child.secret)).toBeNull()
      }
    })
  })

  describe('sessions', () => {
    const idleMs = 24 * hourMs
    const signedIn = { id: 'one', person: 'https://id#7', personName: 'ada', atMs: Date.now(), browser: 'x' }
    const save = (store: Store, sid: string, data: Partial<SessionData>) =>
      new Promise<void>((resolve, reject) => {
        const cookie = { originalMaxAge: idleMs, expires: new Date(Date.now() + idleMs) }
        store.set(sid, { cookie, ...data } as SessionData, (error?: unknown) =>
          error ? reject(new Error('the session was not kept', { cause: error })) : resolve(),
        )
      })
    const kept = (store: Store, sid: string) =>
      new Promise((resolve) => store.get(sid, (_error, session) => resolve(session ?? null)))

    it('are listed by whose they are, with their last use, and end at once', async () => {
      const [store, sessions] = [makeSessionStore(pool), new PgSessions(pool, idleMs)]
      await save(store, 'sid-1', { signedIn })
      await save(store, 'sid-2', { signedIn: { ...signedIn, id: 'two', person: 'https://id#8' } })
      await save(store, 'sid-3', {})
      const [own, ...more] = await sessions.ofPerson('https://id#7')
      expect(more).toEqual([])
      expect(own).toMatchObject(signedIn)
      expect(Math.abs(Date.now() - own!.lastUsedAt.getTime())).toBeLessThan(60_000)
      expect((await sessions.everybodys(10)).map(({ id }) => id)).toContain('one')
      expect(await sessions.everybodys(1)).toHaveLength(1)
      expect(await sessions.end('one', 'https://id#8')).toBeNull()
      expect(await sessions.end('one', 'https://id#7')).toMatchObject({ id: 'one' })
      expect(await sessions.end('one', null)).toBeNull()
      expect(await kept(store, 'sid-1')).toBeNull()
      expect(await kept(store, 'sid-2')).not.toBeNull()
    })
  })
})
