import type { RequestHandler } from 'express'
import type { Need } from './route-needs.js'

/** As much of Express's router as is needed to reach what it answers. */
interface Layer {
  readonly route?: Route
  readonly handle?: { readonly stack?: readonly Layer[] }
  /** Where it is mounted. */
  readonly rawPath?: unknown
}

interface Routed {
  readonly path: string
  readonly methods: Readonly<Record<string, boolean>>
  /** Its handlers, in order. */
  readonly stack: unknown[]
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Route = Routed & { readonly [Name in Method]: (handler: RequestHandler) => unknown }
const methods: readonly string[] = ['get', 'post', 'put', 'patch', 'delete']

/**
 * Puts a guard before the handlers of every route, chosen by its method and path. Throws for a route whose need is not
 * declared, so that none is ever served unguarded.
 *
 * @param refusing a router that only says that an address does not take a method
 */
export function guardEveryRoute(
  router: { readonly stack: readonly unknown[] },
  needs: ReadonlyMap<string, Need>,
  guard: (need: Need) => RequestHandler,
  refusing?: unknown,
): void {
  for (const { route, method, path } of routesOf(router.stack as readonly Layer[], refusing)) {
    const need = needs.get(`${method.toUpperCase()} ${path}`)
    if (need === undefined)
      throw new Error(
        `${method.toUpperCase()} ${path} declares nothing that it needs: name it in route-needs`,
      )
    putFirst(route, method, guard(need))
  }
}

/** Puts a handler before those of every route of a router. A guard that is put there later comes before it. */
export function beforeEveryRoute(
  router: { readonly stack: readonly unknown[] },
  handler: RequestHandler,
): void {
  for (const { route, method } of routesOf(router.stack as readonly Layer[], undefined))
    putFirst(route, method, handler)
}

function putFirst(route: Route, method: Method, handler: RequestHandler): void {
  // By its own method: `all` would let the route answer to every other one too.
  route[method](handler)
  route.stack.unshift(route.stack.pop())
}

/** Every route below a list of layers; what is mounted under a path carries it. */
function routesOf(
  layers: readonly Layer[],
  refusing: unknown,
  below = '',
): readonly { readonly route: Route; readonly method: Method; readonly path: string }[] {
  return layers.flatMap((layer) => {
    const { route } = layer
    if (route) {
      const [method, ...more] = Object.keys(route.methods).filter((each) => route.methods[each])
      if (method === undefined || more.length > 0 || !methods.includes(method))
        throw new Error(`${below}${route.path} does not answer to one method alone`)
      return [{ route, method: method as Method, path: `${below}${route.path}` }]
    }
    if (!layer.handle?.stack || layer.handle === refusing) return []
    const mounted = typeof layer.rawPath === 'string' && layer.rawPath !== '/' ? layer.rawPath : ''
    return routesOf(layer.handle.stack, refusing, `${below}${mounted}`)
  })
}
