import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Credentials } from '../../server/web/credentials.js'

type Once = Pick<Credentials, 'beginOnce' | 'finishOnce' | 'forgetOnce'>

/** What is promised of an Idempotency-Key, wherever the answers are kept. */
export function onceContract(given: () => Once): void {
  describe('a request with an idempotency key', () => {
    const answer = { status: 202, body: { id: 'x' } }
    let kept: Once
    let key: string
    beforeEach(() => {
      kept = given()
      key = randomUUID()
    })

    it('is let through once of two that come at once', async () => {
      const begun = await Promise.all([kept.beginOnce(key, 'same'), kept.beginOnce(key, 'same')])
      expect([...begun].sort()).toEqual(['new', 'running'])
    })

    it('gets the first answer again, also where a late one would forget it', async () => {
      await kept.beginOnce(key, 'same')
      await kept.finishOnce(key, answer)
      expect(await kept.beginOnce(key, 'same')).toEqual(answer)
      await kept.forgetOnce(key)
      expect(await kept.beginOnce(key, 'same')).toEqual(answer)
    })

    it('is told from another request with the same key, before and after the answer', async () => {
      await kept.beginOnce(key, 'same')
      expect(await kept.beginOnce(key, 'different')).toBe('other')
      await kept.finishOnce(key, answer)
      expect(await kept.beginOnce(key, 'different')).toBe('other')
    })

    it('may be made once more after it was refused', async () => {
      await kept.beginOnce(key, 'same')
      await kept.forgetOnce(key)
      expect(await kept.beginOnce(key, 'different')).toBe('new')
    })
  })
}
