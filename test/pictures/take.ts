import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { checkout } from '../../config/checkout.js'
import { openBrowser } from '../support/chromium.js'
import { startRealDelling, type RealDelling } from '../support/real-delling.js'
import { until } from '../support/until.js'

/** Takes the pictures of the README from the real program, by the way that a newcomer goes. */
const folder = join(checkout, 'docs', 'pictures')

const desk = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }
const cluster = 'sunrise-main'

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const delling = await startRealDelling({ pace: 'brisk' })
  const browser = await openBrowser()
  try {
    const context = await browser.newContext({ viewport: desk, colorScheme: 'light' })
    const page = await context.newPage()
    await signIn(page, delling)
    await firstCluster(page, delling)
    const [older, newer] = await imageNames(delling)
    await open(page, delling, `/clusters/${cluster}/deploy?image=${newer}`)
    await take(page, 'what-will-change')
    await secondVersion(page, delling)
    await open(page, delling, '/')
    await take(page, 'home')
    await open(page, delling, `/images/${newer}/changes?against=${older}`)
    await take(page, 'images-compared')
    await open(page, delling, '/system')
    await take(page, 'system-health')
    await inDark(page, async () => {
      await open(page, delling, '/tonight')
      await take(page, 'tonight-dark')
    })
    await givenBack(page, delling)
  } finally {
    await browser.close()
    await delling.stop()
  }
}

async function firstCluster(page: Page, delling: RealDelling): Promise<void> {
  await page.getByRole('button', { name: 'Bake sunrise 1.0.0 and 1.1.0' }).click()
  await page.goto(delling.url)
  await press(page, `Create cluster ${cluster}`)
  await open(page, delling, `/clusters/${cluster}`)
  await saysSoon(page, /v001 carries all traffic/)
  await nothingRuns(delling)
}

async function nothingRuns(delling: RealDelling): Promise<void> {
  await until(
    async () => (await delling.json<{ operation: unknown }>(0, 'status', cluster)).operation === null,
    60_000,
    'nothing runs in the cluster any more',
  )
}

/** By version, the older first. */
async function imageNames(delling: RealDelling): Promise<readonly [string, string]> {
  const { images } = await delling.json<{ images: { name: string; version: string }[] }>(0, 'images', 'list')
  const [older, newer] = images.toSorted((a, b) => a.version.localeCompare(b.version))
  if (!older || !newer) throw new Error('sunrise has not two images')
  return [older.name, newer.name]
}

/** The deployment while it waits for its targets, then the cluster with both groups. */
async function secondVersion(page: Page, delling: RealDelling): Promise<void> {
  await page.goto(delling.url)
  await press(page, 'Deploy sunrise 1.1.0')
  await saysSoon(page, /(targets are healthy|are in service)/)
  await take(page, 'deployment')
  await onPhone(page, 'deployment-phone')
  await open(page, delling, `/clusters/${cluster}`)
  await saysSoon(page, /v001 is warm and could take it back now/)
  await nothingRuns(delling)
  await page.reload()
  await take(page, 'cluster')
  await inDark(page, () => onPhone(page, 'cluster-phone-dark'))
}

/** What adopting would write and change, of a cluster that is nobody's of Delling's any more. */
async function givenBack(page: Page, delling: RealDelling): Promise<void> {
  const { code, stderr } = await delling.delling('give-back', cluster, '--yes-i-mean', cluster, '--wait')
  if (code !== 0) throw new Error(`${cluster} was not given back: ${stderr}`)
  await open(page, delling, `/adopt/${cluster}`)
  await take(page, 'adoption-plan')
}

async function open(page: Page, delling: RealDelling, path: string): Promise<void> {
  await page.goto(`${delling.url}${path}`)
}

async function inDark(page: Page, picture: () => Promise<void>): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture()
  await page.emulateMedia({ colorScheme: 'light' })
}

async function onPhone(page: Page, name: string): Promise<void> {
  await page.setViewportSize(phone)
  // What one sees before scrolling: whole pages are ten screens high there.
  await take(page, name, false)
  await page.setViewportSize(desk)
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

async function take(page: Page, name: string, fullPage = true): Promise<void> {
  await page.waitForLoadState('load')
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage })
}

await main()
