import { Router } from 'express'
import { HttpRefusal } from '../http-refusal.js'
import type { DeclaredRoute } from './route.js'

/** Answers what is asked of an address by a method that it does not take. Comes after the routes themselves. */
export function otherMethods(routes: readonly DeclaredRoute[]): Router {
  const router = Router()
  for (const path of new Set(routes.map((route) => route.path))) {
    const taken = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase())
    const allow = [...taken, ...(taken.includes('GET') ? ['HEAD'] : [])].sort().join(', ')
    router.all(path, (request) => {
      throw new HttpRefusal(
        'methodNotAllowed',
        'MethodNotAllowed',
        `${request.method} is not taken at ${request.baseUrl}${request.path}; it takes ${allow}. Nothing was changed.`,
        { Allow: allow },
      )
    })
  }
  return router
}
