import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far a request's time may be from ours: an older one may be a copy. */
const windowMs = 5 * 60_000

export interface SignedBySlack {
  readonly timestamp: string | undefined
  readonly signature: string | undefined
  /** The body as it came, byte for byte. */
  readonly body: Buffer
}

/** Whether Slack has signed a request with this secret, within five minutes of `nowMs` (Slack's scheme v0). */
export function isSignedBySlack(
  secret: string,
  { timestamp, signature, body }: SignedBySlack,
  nowMs: number,
): boolean {
  if (!timestamp || !/^\d{1,12}$/.test(timestamp) || !signature) return false
  if (Math.abs(nowMs - Number(timestamp) * 1000) > windowMs) return false
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')
  const [expected, given] = [Buffer.from(`v0=${digest}`), Buffer.from(signature)]
  return expected.length === given.length && timingSafeEqual(expected, given)
}
