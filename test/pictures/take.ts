import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { checkout } from '../../config/checkout.js'
import { openBrowser } from '../support/chromium.js'
import { startRealDelling, type RealDelling } from '../support/real-delling.js'
import { until } from '../support/until.js'

/** Takes the pictures of the README from the real program, by the way that a newcomer goes. */
const folder = join(checkout, 'docs', 'pictures')

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const delling = await startRealDelling({ pace: 'brisk' })
  const browser = await openBrowser()
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    await signIn(page, delling)
    await page.getByRole('button', { name: 'Bake sunrise 1.0.0 and 1.1.0' }).click()
    await page.goto(delling.url)
    await press(page, 'Create cluster sunrise-main')
    await page.goto(`${delling.url}/clusters/sunrise-main`)
    await saysSoon(page, /v001 carries all traffic/)
    await page.goto(delling.url)
    await press(page, 'Deploy sunrise 1.1.0')
    await saysSoon(page, /(targets are healthy|are in service)/)
    await take(page, 'deployment')
    await page.goto(`${delling.url}/clusters/sunrise-main`)
    await saysSoon(page, /v001 is warm and could take it back now/)
    await until(
      async () =>
        (await delling.json<{ operation: unknown }>(0, 'status', 'sunrise-main')).operation === null,
      60_000,
    )
    await page.reload()
    await take(page, 'cluster')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.goto(`${delling.url}/tonight`)
    await take(page, 'tonight-dark')
  } finally {
    await browser.close()
    await delling.stop()
  }
}

async function signIn(page: Page, delling: RealDelling): Promise<void> {
  const { stdout } = await delling.delling('login')
  await page.goto(/http\S+/.exec(stdout)?.[0] ?? '')
  await page.getByRole('button', { name: /sign in/i }).click()
  await page.waitForURL(`${delling.url}/`)
}

/** Waits until a step of the first run may be taken, and takes it. */
async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name }).and(page.locator(':not([aria-disabled])'))
  await button.click({ timeout: 90_000 })
}

async function saysSoon(page: Page, sentence: RegExp): Promise<void> {
  const says = async () => sentence.test(await page.locator('main').innerText())
  await until(says, 60_000, `${page.url()} says ${String(sentence)}`)
}

async function take(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('load')
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

await main()
