import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, openBrowser, withoutChromium } from '../support/chromium.js'
import { listeningConsole } from '../support/console-under-test.js'
import { ada, demoWorld } from '../support/demo-world.js'
import { FakeWorld } from '../support/fake-parts.js'
import { unescaped } from '../support/form-in.js'
import { pageAddresses } from '../support/page-addresses.js'
import { signInBrowser } from '../support/sign-in-browser.js'
import { furnishRecords, walkedConsole } from '../support/walked-console.js'

// A file that is left out whole would be neither counted nor named at the end of `npm test`.
if (!chromiumPath) it.skip(withoutChromium, () => undefined)

describe.runIf(chromiumPath)('the pages in a browser', () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof listeningConsole>>
  let world: FakeWorld
  beforeAll(async () => {
    browser = await openBrowser()
    ;({ world, server } = await walkedConsole())
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const signedIn = (options: Parameters<Browser['newContext']>[0] = {}, at = server) =>
    signInBrowser(browser, at, options)

  /** Opens a page and collects what the browser complains about, blocked inline script or style included. */
  async function open(context: BrowserContext, path: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(server.url + path)
    return { page, complaints }
  }

  it('have no dead link: every address on them is answered', async () => {
    const context = await signedIn()
    const seen = new Set<string>()
    const addresses = Object.values(pageAddresses(await furnishRecords(server))).flat()
    for (const path of addresses.filter((each) => !each.startsWith('/sign-in'))) {
      const html = await (await context.request.get(server.url + path)).text()
      const links = [...html.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href = '']) => unescaped(href))
      for (const link of links.map((href) => new URL(href, server.url + path).href.split('#')[0]!)) {
        if (!link.startsWith(server.url) || seen.has(link)) continue
        seen.add(link)
        // Records of the world that this test made up name operations that it does not hold.
        if (/\/operations\/op-(?!1$|f$|0$)|\/bakes\/bake-[a-z]/.test(link)) continue
        const answer = await context.request.get(link, { maxRedirects: 5 })
        // The cluster that needs a person refuses these with its reason: an answer, not a dead link.
        const refused =
          /\/deploy\?image=search-|search-main.*\/(deploy|destroy|decommission)/.test(link) &&
          answer.status() === 409
        if (!refused) expect(answer.status(), `${link} on ${path}`).toBeLessThan(400)
      }
    }
    expect(seen.size).toBeGreaterThan(40)
    await context.close()
  })

  it('change in place: focus, typed text and opened details stay when the server has something new', async () => {
    const context = await signedIn()
    const { page } = await open(context, '/images')
    await page.getByText('From an address instead').click()
    const version = page.getByLabel('Version')
    await version.fill('5.0.0')
    world.bakes = [
      { ...world.bakes[0]!, log: `${world.bakes[0]!.log}\na new line in the log` },
      ...world.bakes.slice(1),
    ]
    world.addEvent({
      at: world.now,
      stream: 'bake:bake-1',
      cluster: null,
      application: 'shop',
      actor: ada,
      type: 'Logged',
      sentence: 'more',
      data: {},
    })
    await page.getByText('a new line in the log').waitFor()
    expect(await version.inputValue()).toBe('5.0.0')
    expect(await page.evaluate("document.activeElement?.getAttribute('name')")).toBe('version')
    expect(await page.getByLabel('SHA-256 of what is there').isVisible()).toBe(true)
    await context.close()
  })

  it('are found by Ctrl K, while one types, and opened by arrows or Enter; j and k go through rows', async () => {
    const context = await signedIn()
    const { page, complaints } = await open(context, '/clusters')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    const first = page.locator('tbody tr').first().locator('a[href]').first()
    expect(await first.evaluate('document.activeElement.href')).toBe(
      await first.evaluate((a) => String((a as { href?: string }).href)),
    )
    await page.keyboard.press('Control+K')
    await page.waitForURL(/\/find$/)
    await page.keyboard.type('roll back account')
    await page.getByRole('link', { name: 'Roll back account-web' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/clusters\/account-web\/rollback/)
    await page.goBack()
    await page.getByLabel('Find or do').fill('account-web-v115')
    await page.waitForURL(/account-web-v115/)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/groups\/account-web-v115/)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('leave the answer to a form as it is, and ask for it no more', async () => {
    const context = await signedIn()
    const { page } = await open(context, '/images')
    await page.getByLabel('Version').fill('5.0.0')
    await page.getByRole('button', { name: 'Bake', exact: true }).click()
    await page.getByText('Choose a package file, or give').waitFor()
    expect(new URL(page.url()).pathname).toBe('/bakes')
    expect(await page.evaluate("document.getElementById('main').dataset.liveMs")).toBeUndefined()
    await context.close()
  })

  it('keep what they show where their address is refused, look less and less often, and say how old it is', async () => {
    const own = demoWorld()
    const other = await listeningConsole(own)
    const context = await signedIn({}, other)
    const page = await context.newPage()
    const looks: number[] = []
    page.on('response', (response) => {
      if (response.url().endsWith('/bakes/bake-1') && response.status() === 404) looks.push(Date.now())
    })
    await page.goto(`${other.url}/bakes/bake-1`)
    await page.getByText('Live updates on').waitFor()
    own.bakes = []
    await page.getByText('what is shown may be old').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Bake shop 4.13.1')
    await expect.poll(() => looks.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3)
    expect(looks[2]! - looks[1]!).toBeGreaterThan(1.5 * (looks[1]! - looks[0]!))
    await context.close()
    await other.close()
  })

  it('show names and plan while one types, and create nothing on Enter', async () => {
    const context = await signedIn()
    const { page } = await open(context, '/clusters/new?application=shop')
    await page.getByLabel('Stack').fill('staging')
    await page.locator('#preview .name-big', { hasText: 'shop-staging' }).waitFor()
    await page.getByLabel('Stack').press('Enter')
    expect(new URL(page.url()).pathname).toBe('/clusters/new')
    expect(world.states.has('shop-staging')).toBe(false)
    await context.close()
  })

  it('work without script: a cluster is planned, created and followed by plain forms', async () => {
    const context = await signedIn({ javaScriptEnabled: false })
    const { page } = await open(context, '/clusters/new?application=search')
    await page.getByLabel('Stack').fill('plain')
    await page.getByRole('button', { name: 'Show the plan' }).click()
    await page.getByRole('button', { name: 'Create search-plain' }).click()
    await page.waitForURL(/\/operations\//)
    expect(world.states.has('search-plain')).toBe(true)
    await context.close()
  })

  it('rehearse without script: a zone goes dark and comes back by plain forms', async () => {
    const context = await signedIn({ javaScriptEnabled: false })
    const { page } = await open(context, '/rehearse')
    const row = page.getByRole('row', { name: /eu-west-1a/ }).first()
    await row.getByRole('button', { name: 'Make it dark' }).click()
    await page.getByText('eu-west-1a is dark: the systems of its instances are dead').first().waitFor()
    expect(world.localCloud.knobs.zonesOut).toEqual(['eu-west-1b', 'eu-west-1a'])
    await row.getByRole('button', { name: 'Bring it back' }).click()
    await row.getByRole('button', { name: 'Make it dark' }).waitFor()
    expect(world.localCloud.knobs.zonesOut).toEqual(['eu-west-1b'])
    await context.close()
  })

  it('lead a newcomer to one button that is not dashed', async () => {
    const empty = await listeningConsole(new FakeWorld())
    const context = await signedIn({}, empty)
    const page = await context.newPage()
    await page.goto(empty.url)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Nothing is running yet')
    expect(await page.locator('.steps .btn-act').count()).toBe(1)
    await context.close()
    await empty.close()
  })
})
