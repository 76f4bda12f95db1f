import { Router, type Request } from 'express'

/** Addresses that only take a form, and the page that the form is on. */
const pages: Readonly<Record<string, string>> = {
  '/bakes': '/images#bake',
  '/first-run/:step': '/',
  '/sign-out': '/',
  '/clusters/:id/:deed': '/clusters/:id',
  '/operations/:id/resume': '/operations/:id',
  '/groups/:id/release': '/groups/:id',
}

/** Whoever opens such an address (reload, history, a copied line of the address bar) is led to the form's page. */
export function formAddressRoutes(): Router {
  const routes = Router()
  for (const [address, page] of Object.entries(pages))
    routes.get(address, (request: Request<{ id?: string }>, response) => {
      response.redirect(303, page.replace(':id', encodeURIComponent(request.params.id ?? '')))
    })
  return routes
}
