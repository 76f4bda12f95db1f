import { promisify } from 'node:util'
import { Router, urlencoded } from 'express'
import { rateLimit } from 'express-rate-limit'
import { sessionCookieName } from '../guard/session-cookie.js'
import { say, strong, type Head } from '../pages/head.js'
import type { RouteDeps } from './route-deps.js'

const opened = { limit: 30, windowMs: 60_000 }

interface SignInPage extends Head {
  readonly action: string | null
  readonly already?: boolean
}

function signInPage(heading: string, sentence: Head['sentence'], action: string | null = null): SignInPage {
  return { title: 'Sign in', heading, crumbs: [], sentence, acts: [], liveMs: 0, action }
}

/** Sign-in by a link that works once. Looking at the link does nothing; the button uses it up. */
export function signInRoutes({ credentials, show, publicUrl }: RouteDeps): Router {
  const routes = Router()
  const limited = rateLimit({
    ...opened,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    message: 'Too many tries. Wait a minute, then open the link again.\n',
  })
  routes.get('/sign-in', (request, response) => {
    if (request.actor) return response.redirect(303, '/')
    show(request, response, {
      view: 'sign-in',
      section: '',
      model: signInPage('Sign in', say('The console opens with a link that works once.')),
    })
  })
  routes.get('/sign-in/:secret', limited, async (request, response) => {
    const secret = String(request.params.secret)
    if (await credentials.linkIsGood(secret))
      return show(request, response, {
        view: 'sign-in',
        section: '',
        model: signInPage(
          'Sign in to this console',
          say('This link signs you in once, on this browser.'),
          `/sign-in/${secret}`,
        ),
      })
    if (request.actor)
      return show(request, response, { view: 'sign-in', section: '', model: signedInAlready })
    show(request, response, { view: 'sign-in', section: '', status: 410, model: spentLink })
  })
  routes.post(
    '/sign-in/:secret',
    limited,
    urlencoded({ extended: false, limit: '1kb' }),
    async (request, response) => {
      const person = await credentials.redeemLink(String(request.params.secret))
      if (!person)
        return show(request, response, { view: 'sign-in', section: '', status: 410, model: spentLink })
      // A new session id: one that somebody planted before signing in is worth nothing after it.
      await promisify((done: (error?: unknown) => void) => void request.session.regenerate(done))()
      request.session.person = person.name
      await promisify((done: (error?: unknown) => void) => void request.session.save(done))()
      response.redirect(303, '/')
    },
  )
  routes.post('/sign-out', (request, response, next) => {
    request.session.destroy((error: unknown) => {
      if (error) return next(error)
      response.clearCookie(sessionCookieName(publicUrl)).redirect(303, '/sign-in')
    })
  })
  return routes
}

const signedInAlready: SignInPage = {
  ...signInPage('You are signed in', say('This link was used; you need no other on this browser.')),
  acts: [{ label: 'Open the console', href: '/', act: true }],
  already: true,
}

const spentLink = signInPage(
  'This link no longer works',
  say(strong('It was used, or it is older than ten minutes'), '. Make a new one.'),
)
