import type { Request, Response } from 'express'
import type { Deps } from './deps.js'
import { frame } from './pages/frame.js'
import type { Head } from './pages/head.js'
import type { Views } from './views.js'
import { withhold } from './withhold.js'

/** Renders a page of the console into a response. */
export type Show = (request: Request, response: Response, page: Shown) => void

export interface Shown {
  readonly view: string
  readonly model: Head
  /** Which entry of the main navigation it belongs to. */
  readonly section: string
  readonly status?: number
  /** When what it shows of AWS was read. */
  readonly seenAt?: Date | null
  /** The zone its times are in; the installation's own where a page has none. */
  readonly zone?: string
}

export function shower(deps: Deps, views: Views): Show {
  const { parts, homeName } = deps
  return (request, response, { view, model, section, status = 200, seenAt = null, zone }) => {
    const around = frame({
      place: parts.place,
      zone: zone ?? parts.defaults.timeZone,
      now: parts.clock.now(),
      seenAt,
      calls: parts.account.callCounts(),
      person: request.sender?.person ?? null,
      section,
      home: homeName ?? null,
    })
    // An answer to a form, or a refusal, is not what its address gives when it is asked again: it stays as it is.
    const live = model.liveMs > 0 && status < 400 && ['GET', 'HEAD'].includes(request.method)
    const page = views.render(view, { ...around, ...model, live })
    const person = request.sender?.person
    response
      .status(status)
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(person ? withhold(page, person, request.application ?? null) : page)
  }
}
