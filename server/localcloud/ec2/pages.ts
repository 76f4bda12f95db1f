import { AwsFault } from '../fault.js'

export interface PageRequest {
  readonly MaxResults?: number
  readonly NextToken?: string
}

interface Limits {
  readonly least: number
  readonly most: number
}

/**
 * One page of resources that keep their order. The token names the last one given, so that a resource created or removed
 * between two pages shifts nothing.
 */
export function page<T>(
  resources: readonly T[],
  idOf: (resource: T) => string,
  request: PageRequest,
  { least, most }: Limits = { least: 5, most: 1000 },
): { items: T[]; NextToken: string | undefined } {
  const asked = request.MaxResults
  if (asked !== undefined && (asked < least || asked > 1000 * 1000))
    throw new AwsFault(
      'InvalidParameterValue',
      `Value ( ${asked} ) for parameter maxResults is invalid. Expecting a value greater than ${least}.`,
    )
  const start = request.NextToken ? startOf(request.NextToken, resources, idOf) : 0
  const size = Math.min(asked ?? resources.length, Math.max(most, asked === undefined ? resources.length : 0))
  const items = resources.slice(start, start + size)
  const last = items.at(-1)
  const isOver = start + size >= resources.length || last === undefined
  return { items, NextToken: isOver ? undefined : tokenAfter(start + items.length, idOf(last)) }
}

const tokenAfter = (index: number, id: string) =>
  Buffer.from(JSON.stringify({ index, id })).toString('base64url')

function startOf<T>(token: string, resources: readonly T[], idOf: (resource: T) => string): number {
  try {
    const { index, id } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as {
      index: number
      id: string
    }
    if (typeof id !== 'string' || !Number.isInteger(index)) throw new Error('foreign token')
    const at = resources.findIndex((resource) => idOf(resource) === id)
    return at >= 0 ? at + 1 : Math.min(index, resources.length)
  } catch {
    throw new AwsFault('InvalidNextToken', 'The token is not valid.')
  }
}
