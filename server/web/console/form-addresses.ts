import { Router, type Request } from 'express'

/** Addresses that only take a form, and the page that the form is on. */
const pages: Readonly<Record<string, string>> = {
  '/bakes': '/images#bake',
  '/first-run/:step': '/',
  '/sign-out': '/',
  '/clusters/:name/resume-queue': '/clusters/:name',
  '/clusters/:name/restore': '/clusters/:name',
  '/operations/:id/resume': '/operations/:id',
  '/rehearse/end': '/rehearse',
  '/rehearse/:act': '/rehearse',
  '/operations/:id/approve': '/operations/:id',
  '/operations/:id/decline': '/operations/:id',
  '/settings/notifications/:id/test': '/settings/notifications',
  '/settings/notifications/:id/on': '/settings/notifications',
  '/settings/notifications/:id/off': '/settings/notifications',
  '/settings/notifications/deliveries/:id/retry': '/settings/notifications',
  '/images/retention/dry-run': '/images/retention',
  '/images/:name/release': '/images/:name',
  '/groups/:name/release': '/groups/:name',
}

/** Whoever opens such an address (reload, history, a copied line of the address bar) is led to the form's page. */
export function formAddressRoutes(): Router {
  const routes = Router()
  for (const [address, page] of Object.entries(pages))
    routes.get(address, (request: Request<Record<string, string>>, response) => {
      const named = page.replace(/:(\w+)/, (_, part: string) =>
        encodeURIComponent(request.params[part] ?? ''),
      )
      response.redirect(303, named)
    })
  return routes
}
