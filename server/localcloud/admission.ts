import type { IncomingMessage } from 'node:http'

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Why a request is not let in, or undefined. A browser says where a request comes from (`Origin`, `Sec-Fetch-Site`) and
 * a page that rebinds a name of its own sends that name as `Host`: without this, any web page could start processes here
 * by posting a form.
 */
export function refusal(request: IncomingMessage): string | undefined {
  if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined)
    return 'The local cloud answers no requests from web pages (Origin or Sec-Fetch-Site was sent).'
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
  if (!loopbackNames.has(host)) return 'The local cloud answers only to 127.0.0.1 and localhost as Host.'
  return undefined
}
