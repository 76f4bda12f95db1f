import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { Request } from 'express'
import type { SignedIn } from '../sessions.js'

const longestBrowser = 200

/** Signs a browser in, under a new session id: one that somebody planted before is worth nothing after it. */
export async function beginSession(
  request: Request,
  { person, personName }: Pick<SignedIn, 'person' | 'personName'>,
): Promise<void> {
  await promisify((done: (error?: unknown) => void) => void request.session.regenerate(done))()
  const browser = (request.get('user-agent') ?? '').slice(0, longestBrowser)
  request.session.signedIn = { id: randomUUID(), person, personName, atMs: Date.now(), browser }
  await promisify((done: (error?: unknown) => void) => void request.session.save(done))()
}
