import { routeNeeds, type Need } from './route-needs.js'

interface Known {
  readonly pattern: RegExp
  readonly need: Need
}

/** By method: patterns of addresses, those with fewer names in them first, as `/clusters/new` goes before `/clusters/:name`. */
const known: Readonly<Record<string, readonly Known[]>> = knownRoutes()

function knownRoutes(): Record<string, Known[]> {
  const byMethod: Record<string, Known[]> = {}
  const inOrder = [...routeNeeds].sort(([one], [other]) => namesIn(one) - namesIn(other))
  for (const [route, need] of inOrder) {
    const [method = '', path = ''] = route.split(' ')
    const pattern = new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:\w+/g, '([^/]+)')}$`)
    ;(byMethod[method] ??= []).push({ pattern, need })
  }
  return byMethod
}

function namesIn(route: string): number {
  return route.split(':').length
}

/** What an address of ours needs, and the name in it as it is written there; null where none of our routes answers. For showing, not for guarding. */
export function needOfAddress(method: 'GET' | 'POST', address: string): { need: Need; name: string } | null {
  const path = address.replace(/[?#].*$/, '')
  for (const { pattern, need } of known[method] ?? []) {
    const match = pattern.exec(path)
    if (match) return { need, name: match[1] ?? '' }
  }
  return null
}
