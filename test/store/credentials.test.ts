import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PgCredentials } from '../../server/store/credentials.js'
import { Database } from '../../server/store/database.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { onceContract } from './once-contract.js'

describe('credentials in PostgreSQL', () => {
  let database: FreshDatabase
  let pool: Database
  let credentials: PgCredentials
  beforeAll(async () => {
    database = await freshDatabase()
    pool = new Database(database.url, () => undefined)
    credentials = new PgCredentials(pool)
  })
  afterAll(async () => {
    await pool.close()
    await database.drop()
  })

  it('a link signs in one of any number that come at once', async () => {
    const { secret } = await credentials.issueLink({ name: 'Ada' }, 60_000)
    expect(await credentials.linkIsGood(secret)).toBe(true)
    const tries = await Promise.all(Array.from({ length: 8 }, () => credentials.redeemLink(secret)))
    expect(tries.filter((person) => person !== null)).toEqual([{ name: 'Ada' }])
    expect(await credentials.linkIsGood(secret)).toBe(false)
  })

  it('a link is worth nothing after its life', async () => {
    const { secret, expiresAt } = await credentials.issueLink({ name: 'Ada' }, -1)
    expect(expiresAt.getTime()).toBeLessThan(Date.now() + 5000)
    expect(await credentials.linkIsGood(secret)).toBe(false)
    expect(await credentials.redeemLink(secret)).toBeNull()
  })

  it('keeps no secret in the clear', async () => {
    const { secret } = await credentials.issueLink({ name: 'Ada' }, 60_000)
    const token = await credentials.issueToken({ name: 'Ada' }, null)
    const links = await pool.query<{ row: string }>('select sign_in_links::text as row from sign_in_links')
    const tokens = await pool.query<{ row: string }>('select api_tokens::text as row from api_tokens')
    const kept = [...links.rows, ...tokens.rows].map(({ row }) => row).join('\n')
    expect(kept).not.toContain(secret)
    expect(kept).not.toContain(token)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  })

  it('knows the owner of a token until it ends', async () => {
    const lasting = await credentials.issueToken({ name: 'CI' }, null)
    const ended = await credentials.issueToken({ name: 'CI' }, -1)
    expect(await credentials.tokenOwner(lasting)).toEqual({ name: 'CI', personId: 'local:CI', token: null })
    expect(await credentials.tokenOwner(ended)).toBeNull()
    expect(await credentials.tokenOwner('dlg_wrong')).toBeNull()
  })

  onceContract(() => credentials)

  it('says of a key that was begun long ago and never answered that nobody knows, and forgets it after a day', async () => {
    const age = (text: string) =>
      pool.query(
        `update idempotent_answers set created_at = clock_timestamp() - $1::interval where key = 'old'`,
        [text],
      )
    await credentials.beginOnce('old', 'same')
    await age('1 minute')
    expect(await credentials.beginOnce('old', 'same')).toBe('running')
    await age('3 minutes')
    expect(await credentials.beginOnce('old', 'same')).toBe('unfinished')
    expect(await credentials.beginOnce('old', 'different')).toBe('other')
    await age('25 hours')
    expect(await credentials.beginOnce('old', 'same')).toBe('new')
    await credentials.finishOnce('old', { status: 202, body: {} })
    await age('23 hours')
    expect(await credentials.beginOnce('old', 'same')).toEqual({ status: 202, body: {} })
  })

  it('gives the answer that another replica kept', async () => {
    const other = new PgCredentials(pool)
    await credentials.beginOnce('shared', 'same')
    expect(await other.beginOnce('shared', 'same')).toBe('running')
    await credentials.finishOnce('shared', { status: 201, body: { id: 'x' } })
    expect(await other.beginOnce('shared', 'same')).toEqual({ status: 201, body: { id: 'x' } })
  })
})
