/** What a browser would send of the page's big form, without its button. */
export function formIn(html: string): Record<string, string | string[]> {
  const start = html.indexOf('<form class="split')
  const form = html.slice(start, html.indexOf('</form>', start))
  const plain = [...form.matchAll(/<input(?![^>]*type="checkbox")[^>]* name="(\w+)"[^>]* value="([^"]*)"/g)]
  const texts = [...form.matchAll(/<textarea[^>]* name="(\w+)"[^>]*>([^<]*)<\/textarea>/g)]
  const selects = [...form.matchAll(/<select[^>]* name="(\w+)"[^>]*>(.*?)<\/select>/gs)].map(
    ([all, field, options]) => [all, field, /value="([^"]*)" selected/.exec(options ?? '')?.[1] ?? ''],
  )
  const ticked = [...form.matchAll(/<input type="checkbox" name="subnets" value="([^"]*)" checked/g)]
  return {
    ...Object.fromEntries(
      [...plain, ...texts, ...selects].map(([, field, value]) => [field ?? '', unescaped(value ?? '')]),
    ),
    ...(ticked.length > 0 && { subnets: ticked.map(([, value]) => value ?? '') }),
  }
}

/** The text of an attribute, as Handlebars wrote it. */
export function unescaped(attribute: string): string {
  return attribute
    .replace(/&#x([0-9A-F]+);/gi, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
