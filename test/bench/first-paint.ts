import { chromiumPath, openBrowser } from '../support/chromium.js'
import type { RunningDelling } from './running-delling.js'

const times = 5

/** Milliseconds until something useful is painted, of each page five times, by what Chromium itself says; null without one. */
export async function firstPaintsMs(
  { address, signInLink }: RunningDelling,
  paths: readonly string[],
): Promise<readonly number[] | null> {
  if (chromiumPath === null) return null
  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    await page.goto(signInLink)
    await page.getByRole('button', { name: /sign in/i }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    const paints: number[] = []
    for (const path of paths)
      for (let time = 0; time < times; time += 1) {
        await page.goto(address.url + path, { waitUntil: 'load' })
        const painted = await page.evaluate(
          () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null,
        )
        if (painted !== null) paints.push(painted)
      }
    return paints
  } finally {
    await browser.close()
  }
}
