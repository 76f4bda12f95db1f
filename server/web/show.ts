import type { Request, Response } from 'express'
import type { Deps } from './deps.js'
import { frame } from './pages/frame.js'
import type { Head } from './pages/head.js'
import { holdBanners, whereOfPage } from './pages/hold-banner.js'
import { seesRestraint } from './override-rights.js'
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
    const hrefs = model.crumbs.flatMap(({ href }) => href ?? [])
    const where = whereOfPage(request.path, hrefs, {
      region: parts.place.region,
      timeZone: zone ?? parts.defaults.timeZone,
    })
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
    const reader = request.sender?.person
    const restraints = reader ? (request.restraints ?? []).filter((each) => seesRestraint(reader, each)) : []
    const holds = reader ? holdBanners(restraints, where, parts.clock.now()) : null
    // An answer to a form, or a refusal, is not what its address gives when it is asked again: it stays as it is.
    const live = model.liveMs > 0 && status < 400 && ['GET', 'HEAD'].includes(request.method)
    const page = views.render(view, { ...around, holdsHere: holds, ...model, live })
    response
      .status(status)
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(reader ? withhold(page, reader, request.application ?? null) : page)
  }
}
