/** As much of Express's router as is needed to list what it answers. */
export interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> }
  readonly handle?: { readonly stack?: readonly Layer[] }
  /** Where it is mounted. */
  readonly rawPath?: unknown
}

export interface Route {
  readonly method: 'get' | 'post'
  readonly path: string
}

/** Every route below a list of layers; what is mounted under a path carries it. */
export function routesOf(layers: readonly Layer[], below = ''): Route[] {
  return layers.flatMap((layer) => {
    if (layer.route) {
      const { path, methods } = layer.route
      return (['get', 'post'] as const)
        .filter((method) => methods[method])
        .map((method) => ({ method, path: `${below}${path}` }))
    }
    if (!layer.handle?.stack) return []
    const mounted = typeof layer.rawPath === 'string' && layer.rawPath !== '/' ? layer.rawPath : ''
    return routesOf(layer.handle.stack, `${below}${mounted}`)
  })
}
