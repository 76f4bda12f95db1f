import type { Request, RequestHandler } from 'express'
import { Refusal } from '../../domain/refusal.js'
import { queryNumber, queryText } from '../api/query.js'
import { firstWish, listAddress, type ListWish, type LongList } from '../pages/long-list.js'

declare module 'express-session' {
  interface SessionData {
    /** How somebody last looked at the long lists: the addresses, by the lists' paths. */
    lists: Record<string, string>
  }
}

const longestQuery = 200
const mostPages = 1_000_000

/** How a list is wished, by its address. Throws a refusal for an order that the list doesn't have, or a search that it can't understand. */
export function wishOf<Row>(request: Pick<Request, 'query'>, list: LongList<Row>): ListWish {
  const first = firstWish(list)
  const asked = queryText(request, 'sort')
  const sort = asked?.replace(/^-/, '') ?? first.sort
  const sortable = list.columns.filter(({ key }) => key).map(({ name }) => name)
  if (!sortable.includes(sort))
    throw new Refusal(
      'NoSuchOrder',
      `This list can’t be sorted by “${sort.slice(0, 40)}”, only by ${sortable.join(', ')}. Nothing was changed.`,
      'invalid',
      { faults: [{ field: 'sort', sentence: `Write one of ${sortable.join(', ')}.` }] },
    )
  const query = (queryText(request, 'q') ?? '').slice(0, longestQuery)
  list.finds(query)
  return {
    query,
    sort,
    down: asked === undefined ? first.down : asked.startsWith('-'),
    page: Math.max(1, queryNumber(request, 'page', 1, mostPages)),
  }
}

/**
 * Keeps filter and order of a list in its reader's session, and leads a bare address of the list to the one that they were
 * last seen at: what is filtered is always to be read in the address, and a link to it shows everybody the same.
 */
export function remembersList<Row>(list: LongList<Row>): RequestHandler {
  const path: string = list.path
  return (request, response, next) => {
    const { session } = request
    if (!request.sender?.session || !session) return next()
    const kept = session.lists?.[path]
    if (list.only && list.only.name in request.query) return next()
    if (Object.keys(request.query).length === 0) {
      if (kept === undefined) return next()
      return response.set('Cache-Control', 'no-store').redirect(302, kept)
    }
    if (['q', 'sort'].some((name) => name in request.query)) {
      const now = listAddress(path, { ...wishOf(request, list), page: 1 })
      const { [path]: _before, ...others } = session.lists ?? {}
      const remembered = now === listAddress(path, firstWish(list)) ? undefined : now
      if (remembered !== kept)
        session.lists = remembered === undefined ? others : { ...others, [path]: remembered }
    }
    next()
  }
}
