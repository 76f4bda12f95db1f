import type { OpenApiDocument } from './document.js'
import { Media } from './media.js'
import { sent } from './route.js'
import { ApiRoutes } from './routes.js'

/** The document itself, which needs no sign-in: it tells of the program, and nothing of this installation. */
export function documentApi(document: () => OpenApiDocument): ApiRoutes {
  const api = new ApiRoutes('This console', { open: true })
  api.get(
    '/openapi.json',
    {
      id: 'readDocument',
      summary: 'This document; needs no sign-in',
      answers: { 200: new Media('application/json', 'An OpenAPI 3.1 document.') },
    },
    ({ response }) => {
      response.set('Cache-Control', 'no-cache').json(document())
      return sent(200)
    },
  )
  return api
}
