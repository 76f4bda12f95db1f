import Handlebars from 'handlebars'
import { actions, may, maySomewhere, type Person } from '../domain/access.js'
import { applicationInName } from './guard/application-of.js'
import { needOfAddress } from './guard/route-of-address.js'

const buttonLink = /<a class="(btn[^"]*)" href="([^"]*)"([^>]*)>([\s\S]*?)<\/a>/g
const form = /<form\b[^>]*method="(post|get)"[^>]*>[\s\S]*?<\/form>/g
const address = /\baction="([^"]*)"/
const submit = /<button class="(btn[^"]*)"[^>]*>([\s\S]*?)<\/button>/g

/**
 * A page as its reader may use it: buttons that lead to what they may not do stay in their place, off, with the reason. The
 * guard of the route decides; this only spares them the way.
 *
 * @param application the one that the page is about, for addresses that name none
 */
export function withhold(html: string, person: Person, application: string | null): string {
  return html
    .replace(form, (whole: string) => {
      const reason = reasonOff('POST', address.exec(whole)?.[1] ?? '', person, application)
      if (reason === null) return whole
      const buttons = [...whole.matchAll(submit)].map(([, classes, label]) => off(classes!, label!, reason))
      return `<div class="withheld">${buttons.join(' ')} <span class="small quiet">${Handlebars.escapeExpression(reason)}</span></div>`
    })
    .replace(buttonLink, (whole: string, classes: string, href: string, _rest: string, label: string) => {
      const reason = reasonOff('GET', href, person, application)
      return reason === null ? whole : off(classes, label, reason)
    })
}

/** Without the colours of a deed; the reason is read out too where no pointer shows it. */
function off(classes: string, label: string, reason: string): string {
  const said = Handlebars.escapeExpression(reason)
  const plain = classes.replace(/ btn-(act|bad|bad-solid)\b/g, '')
  return `<button class="${plain}" type="button" aria-disabled="true" title="${said}">${label}<span class="only-read"> (${said})</span></button>`
}

function reasonOff(
  method: 'GET' | 'POST',
  href: string,
  person: Person,
  application: string | null,
): string | null {
  const { need, name } = needOfAddress(method, href) ?? { need: 'public' as const, name: '' }
  if (typeof need === 'string') return null
  const { action, about } = need
  if (action === 'see') return null
  const words = `needs the role ${actions[action].role}`
  if (about === 'anything') return maySomewhere(person, action) ? null : words
  if (about === 'installation') return may(person, action, null) ? null : `${words} for all applications`
  const its = applicationInName(about, name) ?? application
  if (its === null) return maySomewhere(person, action) ? null : words
  return may(person, action, its) ? null : `${words} for ${its}`
}
