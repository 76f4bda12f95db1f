import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const candidates = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The browser of this machine; null where there is none, and the tests of pages are then skipped by name. */
export const chromiumPath = candidates.find((candidate) => candidate && existsSync(candidate)) ?? null

export const withoutChromium = 'SKIPPED: no Chromium here; set CHROMIUM or install chromium to test the pages'

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? undefined, args: ['--no-sandbox'] })
}
