import { createHash, randomBytes } from 'node:crypto'

/** 256 bits from the system's generator. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret. It is long and random, so that no slow hash is needed. */
export function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
