import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, openBrowser, withoutChromium } from '../support/chromium.js'
import { listeningConsole } from '../support/console-under-test.js'
import { demoSystem } from '../support/demo-system.js'
import { ada, demoDryRun, demoWorld } from '../support/demo-world.js'
import { FakeLocalCloud } from '../support/fake-local-cloud.js'
import { FakeWorld } from '../support/fake-parts.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const addresses = [
  '/',
  '/applications',
  '/applications/new',
  '/applications/shop',
  '/clusters',
  '/clusters/shop-main',
  '/clusters/account-web',
  '/clusters/search-main',
  '/clusters/search-main/drift/undo?what=weights',
  '/clusters/search-main/drift/adopt?what=group&group=search-main-v041',
  '/clusters/search-main/drift/undo?what=size&group=search-main-v040',
  '/clusters/new?application=shop',
  '/clusters/account-web/deploy?image=account-6.40.2-9c1f2ab0',
  '/deploy',
  '/operations/op-1',
  '/operations/op-f',
  '/operations/op-1/cancel',
  '/clusters/account-web/rollback',
  '/groups/shop-main-v011',
  '/groups/shop-main-v011/keep',
  '/groups/shop-main-v011/destroy',
  '/load-balancers',
  '/load-balancers/shop-alb',
  '/target-groups',
  '/target-groups/shop-main-v011',
  '/instances?sort=zone&order=asc',
  '/instances/i-0f0e16a1bad5ee001',
  '/images',
  '/images/shop-4.11.1-9c1f2ab0',
  '/images/shop-4.11.2-9c1f2ab0/keep',
  '/images/retention',
  '/images/retention/on',
  `/images/retention/runs/${demoDryRun}`,
  `/images/retention/runs/${demoDryRun}/retire`,
  '/bakes/bake-1',
  '/tonight',
  '/holds',
  '/holds/stop',
  '/windows/new',
  '/tonight/run',
  '/rehearse',
  '/log',
  '/find?q=account',
  '/clusters/account-web/edit',
  '/more',
  '/system',
  '/jobs',
  '/jobs/forgetting/run',
  '/api',
  '/settings/notifications',
  '/nothing-here',
]

/** A local cloud in which several things are out of order. */
function misbehaving(): FakeLocalCloud {
  const local = new FakeLocalCloud()
  local.instances = ['a', 'b', 'c'].map((letter, index) => ({
    instanceId: `i-0d52b1c4a9e87f30${letter}`,
    state: index === 2 ? 'pending' : 'running',
    alive: index === 0,
    zone: `eu-west-1${letter}`,
    group: 'shop-main-v012',
    port: 40_001 + index,
    processId: 4711 + index,
  }))
  local.knobs = {
    ...local.knobs,
    zonesOut: ['eu-west-1b'],
    zonesWithoutCapacity: ['eu-west-1c'],
    ailments: [{ of: 'shop-main-v014', kind: 'crash-loops' }],
  }
  local.faults = [{ id: 'fault-1', fault: { action: 'ModifyRule', kind: 'late', times: 2, delayMs: 5000 } }]
  return local
}

interface Violation {
  id: string
  nodes: { html: string }[]
}

if (!chromiumPath) it.skip(withoutChromium, () => undefined)

describe.runIf(chromiumPath)('the pages in a browser', () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof listeningConsole>>
  let world: FakeWorld
  beforeAll(async () => {
    world = demoWorld()
    world.localCloud = misbehaving()
    ;[browser, server] = await Promise.all([openBrowser(), listeningConsole(world, { system: demoSystem() })])
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  async function signedIn(
    options: Parameters<Browser['newContext']>[0] = {},
    at = server,
  ): Promise<BrowserContext> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const { secret } = await at.credentials.issueLink({ name: 'Ada Byrne' }, 60_000)
    await page.goto(`${at.url}/sign-in/${secret}`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${at.url}/`)
    await page.close()
    return context
  }

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

  async function violations(page: Page, runOnly: readonly string[] | object): Promise<string[]> {
    const found: unknown = await page.evaluate(`axe.run(document, ${JSON.stringify({ runOnly })})`)
    return (found as { violations: Violation[] }).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`,
    )
  }

  it('have no accessibility fault that axe can find, in light and in dark', async () => {
    const context = await signedIn({ colorScheme: 'light', bypassCSP: true })
    for (const path of addresses) {
      const { page } = await open(context, path)
      await page.addScriptTag({ content: axe })
      expect(await violations(page, wcag), path).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.evaluate(
        'Promise.allSettled(document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished))',
      )
      // Of all rules only this one can tell the two apart.
      expect(await violations(page, { type: 'rule', values: ['color-contrast'] }), `${path} in dark`).toEqual(
        [],
      )
      await page.close()
    }
    await context.close()
  })

  it('fit a phone without scrolling sideways, and run under their own policy without a complaint', async () => {
    const context = await signedIn({ viewport: { width: 360, height: 740 } })
    for (const path of addresses) {
      const { page, complaints } = await open(context, path)
      const sizes = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
      const [scrolls, width] = sizes as [number, number]
      expect(scrolls, path).toBeLessThanOrEqual(width)
      expect(complaints, path).toEqual([])
      await page.close()
    }
    await context.close()
  })

  it('have no dead link: every address on them is answered', async () => {
    const context = await signedIn()
    const seen = new Set<string>()
    for (const path of addresses.filter((each) => each !== '/nothing-here')) {
      const { page } = await open(context, path)
      const links: string[] = await page.evaluate(
        "[...document.querySelectorAll('a[href]')].map((a) => a.href)",
      )
      await page.close()
      for (const link of links.map((each) => each.split('#')[0]!)) {
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
