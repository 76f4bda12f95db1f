import { AwsFault } from './fault.js'

interface Paging {
  /** Token of the page before, as the caller sent it back. */
  readonly token: string | undefined
  readonly size: number | undefined
  readonly defaultSize: number
  readonly maxSize: number
  /** `NextToken` or `Marker`: named in the message. */
  readonly name: string
  /** What the size is called in messages. */
  readonly sizeName: string
  /** Code of the fault for a size or token that AWS would refuse. */
  readonly faultCode: string
}

interface Page<T> {
  readonly page: T[]
  /** Undefined on the last page. */
  readonly next: string | undefined
}

/**
 * One page of a list, and the token of the next. Tokens are opaque to callers and hold only the offset, so that a list
 * that shrinks between two pages may skip an entry, as AWS's may.
 */
export function pageOf<T>(items: readonly T[], paging: Paging): Page<T> {
  const size = paging.size ?? paging.defaultSize
  if (size < 1 || size > paging.maxSize) {
    const bound = size < 1 ? 'greater than or equal to 1' : `less than or equal to ${paging.maxSize}`
    throw new AwsFault(
      'ValidationError',
      `1 validation error detected: Value '${size}' at '${paging.sizeName}' failed to satisfy constraint: Member must have value ${bound}`,
    )
  }
  const from = offsetOf(paging)
  const end = from + size
  const next = end < items.length ? Buffer.from(`at:${end}`).toString('base64url') : undefined
  return { page: items.slice(from, end), next }
}

/** A page as Auto Scaling and CloudWatch give it: `NextToken`, `MaxRecords`, and a token's own fault. */
export function tokenPage<T>(
  items: readonly T[],
  asked: { readonly NextToken?: string | undefined; readonly MaxRecords?: number | undefined },
  { defaultSize, maxSize }: { readonly defaultSize: number; readonly maxSize: number },
): Page<T> {
  return pageOf(items, {
    token: asked.NextToken,
    size: asked.MaxRecords,
    defaultSize,
    maxSize,
    name: 'NextToken',
    sizeName: 'maxRecords',
    faultCode: 'InvalidNextToken',
  })
}

/** A page as Elastic Load Balancing gives it: `Marker`, and 400 entries unless `PageSize` asks for fewer. */
export function markerPage<T>(
  items: readonly T[],
  asked: { readonly Marker?: string | undefined; readonly PageSize?: number | undefined },
): Page<T> {
  return pageOf(items, {
    token: asked.Marker,
    size: asked.PageSize,
    defaultSize: 400,
    maxSize: 400,
    name: 'Marker',
    sizeName: 'pageSize',
    faultCode: 'ValidationError',
  })
}

function offsetOf(paging: Paging): number {
  if (!paging.token) return 0
  const match = /^at:(\d+)$/.exec(Buffer.from(paging.token, 'base64url').toString())
  if (!match) throw new AwsFault(paging.faultCode, `The ${paging.name} '${paging.token}' is not valid`)
  return Number(match[1])
}
