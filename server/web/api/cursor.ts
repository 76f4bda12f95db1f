import type { Request } from 'express'
import { z } from 'zod'
import { Refusal } from '../../domain/refusal.js'
import { listOf } from './answers/values.js'

const most = 500
const limitFault = `Write a whole number from 1 to ${most}.`

/** The parameters of every list that can grow. */
export const pageQuery = {
  limit: z.coerce
    .number(limitFault)
    .int(limitFault)
    .min(1, limitFault)
    .max(most, limitFault)
    .default(50)
    .describe('How many at most.'),
  cursor: z
    .string()
    .max(500, 'This is no cursor that was given out here.')
    .optional()
    .describe('Where the page before ended, as its `next` has it.'),
}

/** One page of a list, and the address of the next one. */
export function pageOf<Name extends string, Item extends z.ZodType>(name: Name, item: Item) {
  const next = z
    .string()
    .nullable()
    .describe('The address of the next page, as a path of this console; null on the last one.')
  return z.object({ [name]: listOf(item), next } as Record<Name, z.ZodReadonly<z.ZodArray<Item>>> & {
    next: typeof next
  })
}

const content = z.strictObject({ of: z.string(), after: z.string().min(1).max(300) })

/**
 * The key of the last row of the page before; undefined on the first page. A cursor of another list, or one that was not
 * given out here, is refused.
 */
export function afterOf(list: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const read = content.safeParse(decoded(cursor))
  if (read.success && read.data.of === list && encoded(list, read.data.after) === cursor)
    return read.data.after
  throw badCursor()
}

/** As for a number in the log. */
export function seqAfterOf(list: string, cursor: string | undefined): number | undefined {
  const after = afterOf(list, cursor)
  if (after === undefined) return undefined
  const seq = Number(after)
  if (!Number.isSafeInteger(seq) || seq < 1) throw badCursor()
  return seq
}

/** Refuses a cursor whose row is gone: what comes after it can't be known. */
export function refuseLostCursor(after: string | undefined, row: unknown): void {
  if (after !== undefined && row === null) throw badCursor()
}

/** Cuts a list that was read with one row more than the page holds, and says where the next page is. */
export function paged<Row>(
  request: Pick<Request, 'baseUrl' | 'path' | 'query'>,
  {
    list,
    rows,
    limit,
    keyOf,
  }: { list: string; rows: readonly Row[]; limit: number; keyOf: (row: Row) => string },
): { readonly rows: readonly Row[]; readonly next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  if (rows.length <= limit || last === undefined) return { rows: shown, next: null }
  const query = new URLSearchParams(request.query as Record<string, string>)
  query.set('limit', String(limit))
  query.set('cursor', encoded(list, keyOf(last)))
  return { rows: shown, next: `${request.baseUrl}${request.path}?${query.toString()}` }
}

function badCursor(): Refusal {
  const sentence = 'This is no cursor that was given out here for this list.'
  return new Refusal(
    'BadCursor',
    `${sentence} Nothing was changed; begin again without “cursor”, and follow “next”.`,
    'invalid',
    { faults: [{ field: 'cursor', sentence }] },
  )
}

function encoded(of: string, after: string): string {
  return Buffer.from(JSON.stringify({ of, after })).toString('base64url')
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}
