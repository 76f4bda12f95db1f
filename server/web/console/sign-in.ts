import { promisify } from 'node:util'
import { Router, urlencoded } from 'express'
import { localId } from '../../domain/grant.js'
import { sessionCookieName } from '../guard/session-cookie.js'
import { signInRate } from '../guard/sign-in-rate.js'
import { signInPage, signedInAlready, spentLink } from '../pages/sign-in.js'
import { beginSession } from './begin-session.js'
import { providerSignInRoutes } from './provider-sign-in.js'
import type { RouteDeps } from './route-deps.js'

/** Ways in: a link that works once, or the identity provider; and the way out. Looking at a link does nothing. */
export function signInRoutes(deps: RouteDeps): Router {
  const { credentials, show, publicUrl, signIn, accessLog } = deps
  const routes = Router()
  const limited = signInRate()
  const ways = { local: signIn.local, provider: signIn.provider?.label ?? null }
  routes.get('/sign-in', async (request, response) => {
    if (request.actor) return response.redirect(303, '/')
    const left = request.query.left !== undefined
    const leave = left ? ((await signIn.provider?.signOutAddress()) ?? null) : null
    show(request, response, { view: 'sign-in', section: '', model: signInPage(ways, { left, leave }) })
  })
  routes.use(providerSignInRoutes(deps, limited))
  routes.get('/sign-in/:secret', limited, async (request, response) => {
    const secret = String(request.params.secret)
    if (signIn.local && (await credentials.linkIsGood(secret)))
      return show(request, response, {
        view: 'sign-in',
        section: '',
        model: signInPage(ways, { link: `/sign-in/${secret}` }),
      })
    if (request.actor)
      return show(request, response, { view: 'sign-in', section: '', model: signedInAlready(ways) })
    show(request, response, { view: 'sign-in', section: '', status: 410, model: spentLink(ways) })
  })
  routes.post(
    '/sign-in/:secret',
    limited,
    urlencoded({ extended: false, limit: '1kb' }),
    async (request, response) => {
      const person = signIn.local ? await credentials.redeemLink(String(request.params.secret)) : null
      if (!person) {
        const nobody = { name: 'somebody', via: 'console' as const }
        await accessLog.refused(
          nobody,
          `A sign-in from ${request.ip ?? '?'} with a link that no longer works failed.`,
          'SignInFailed',
        )
        return show(request, response, { view: 'sign-in', section: '', status: 410, model: spentLink(ways) })
      }
      await beginSession(request, { person: localId(person.name), personName: person.name })
      const actor = { name: person.name, via: 'console' as const }
      await accessLog.changed(
        actor,
        'SignedIn',
        `${person.name} signed in with a link, from ${request.ip ?? '?'}.`,
      )
      response.redirect(303, '/')
    },
  )
  routes.post('/sign-out', async (request, response) => {
    const { actor } = request
    await promisify((done: (error?: unknown) => void) => void request.session.destroy(done))()
    if (actor) await accessLog.changed(actor, 'SignedOut', `${actor.name} signed out.`)
    response.clearCookie(sessionCookieName(publicUrl)).redirect(303, '/sign-in?left')
  })
  return routes
}
