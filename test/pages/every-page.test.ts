import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, openBrowser, withoutChromium } from '../support/chromium.js'
import { listeningConsole } from '../support/console-under-test.js'
import { FakeWorld } from '../support/fake-parts.js'
import { emptyAddresses, pageAddresses, withoutPage } from '../support/page-addresses.js'
import { signInBrowser } from '../support/sign-in-browser.js'
import { furnishRecords, pageRoutes, walkedConsole } from '../support/walked-console.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const desk = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }

// A file that is left out whole would be neither counted nor named at the end of `npm test`.
if (!chromiumPath) it.skip(withoutChromium, () => undefined)

describe.runIf(chromiumPath)('every page of the console', () => {
  let browser: Browser
  let walked: Awaited<ReturnType<typeof walkedConsole>>
  beforeAll(async () => {
    ;[browser, walked] = await Promise.all([openBrowser(), walkedConsole()])
  })
  afterAll(async () => {
    await browser.close()
    await walked.server.close()
  })

  it('is readable, has one title and no blank panel, fits a phone and keeps to its policy, in light and in dark', async () => {
    const { server, world } = walked
    const context = await signInBrowser(browser, server, { viewport: desk, colorScheme: 'light' })
    const addresses = pageAddresses(await furnishRecords(server))
    const routes = pageRoutes(world).filter((route) => !withoutPage.some((without) => without.test(route)))
    // A new page gets an address in the list, and one that went leaves it.
    expect(Object.keys(addresses).sort()).toEqual([...routes].sort())
    const page = await context.newPage()
    expect(await faultsOf(page, server.url, Object.values(addresses).flat())).toEqual([])
    expect(await faultsOf(page, server.url, ['/nothing-here'])).toEqual([
      '/nothing-here answers 404',
      expect.stringContaining('status of 404'),
    ])
    await context.close()
  })

  it('says what is not there yet, in a console where nothing has happened', async () => {
    const empty = await listeningConsole(new FakeWorld())
    const context = await signInBrowser(browser, empty, { viewport: desk, colorScheme: 'light' })
    expect(await faultsOf(await context.newPage(), empty.url, emptyAddresses)).toEqual([])
    await context.close()
    await empty.close()
  })
})

/** What is wrong with each address, in a sentence that names it. */
async function faultsOf(page: Page, url: string, addresses: readonly string[]): Promise<string[]> {
  const faults: string[] = []
  let complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  for (const address of addresses) {
    complaints = []
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize(desk)
    const answer = await page.goto(url + address)
    // Evaluated by the browser's own console, which the page's policy doesn't bind.
    await page.evaluate(axe)
    const found = [
      ...(answer?.ok() ? [] : [`answers ${answer?.status() ?? 'nothing'}`]),
      ...complaints,
      ...(await page.evaluate<string[]>(shapeFaults)),
      ...(await violations(page, wcag)),
    ]
    await page.setViewportSize(phone)
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.evaluate(
      'Promise.allSettled(document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished))',
    )
    const [scrolls, width] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    )
    if (scrolls > width) found.push(`is ${scrolls} wide on a phone of ${width}`)
    // Of all rules only this one can tell the two apart.
    const dark = await violations(page, { type: 'rule', values: ['color-contrast'] })
    faults.push(...[...found, ...dark.map((each) => `in dark: ${each}`)].map((each) => `${address} ${each}`))
  }
  return faults
}

/** Run in the page: one heading of the first level, a title, and text in each panel beside its heading. */
const shapeFaults = `(() => {
  const { scrollWidth } = document.documentElement
  const headings = document.querySelectorAll('h1')
  const blank = [...document.querySelectorAll('.panel')].filter(
    (panel) => panel.textContent.replace(panel.querySelector('header')?.textContent ?? '', '').trim() === '',
  )
  return [
    ...(scrollWidth > innerWidth ? ['is ' + scrollWidth + ' wide in a window of ' + innerWidth] : []),
    ...(headings.length === 1 && headings[0].textContent.trim() ? [] : ['has ' + headings.length + ' titles']),
    ...(document.title.includes('Delling') ? [] : ['has no title for its tab']),
    ...blank.map((panel) => 'has a blank panel: ' + panel.textContent.trim()),
  ]
})()`

async function violations(page: Page, runOnly: readonly string[] | object): Promise<string[]> {
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] })
  const found: unknown = await page.evaluate(`axe.run(document, ${options})`)
  const { violations: all } = found as { violations: { id: string; nodes: { html: string }[] }[] }
  return all.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
}
