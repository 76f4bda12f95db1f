import type { Request } from 'express'
import { Refusal } from '../../domain/refusal.js'

/** A query parameter as text; undefined when it is missing or blank. The first of several counts. */
export function queryText(request: Pick<Request, 'query'>, name: string): string | undefined {
  const raw = request.query[name]
  const value: unknown = Array.isArray(raw) ? raw[0] : raw
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** A whole number from the query, between its limits. */
export function queryNumber(
  request: Pick<Request, 'query'>,
  name: string,
  fallback: number,
  most: number,
): number {
  const text = queryText(request, name)
  if (text === undefined) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0)
    throw new Refusal('Invalid', `“${name}” is a whole number. Nothing was changed.`, 'invalid', {
      faults: [{ field: name, sentence: 'Write a whole number.' }],
    })
  return Math.min(value, most)
}
