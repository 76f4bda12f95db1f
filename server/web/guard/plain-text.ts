import type { RequestHandler } from 'express'
import { Refusal } from '../../domain/refusal.js'

/** True for text that can be recorded: without NUL, which PostgreSQL refuses, and without half a surrogate pair. */
export function isPlainText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text)
}

/** Refuses an address that holds text which can be no name, no id and no word to look for. */
export const onlyPlainAddresses: RequestHandler = (request, _response, next) => {
  if (!/%00/.test(request.originalUrl)) return next()
  throw new Refusal(
    'UnreadableAddress',
    'The address holds a NUL character, which no name has. Nothing was changed; send it without.',
    'invalid',
  )
}
