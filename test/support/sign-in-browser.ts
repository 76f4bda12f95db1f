import type { Browser, BrowserContext } from 'playwright-core'
import type { listeningConsole } from './console-under-test.js'

/** A context of the browser in which Ada is signed in. */
export async function signInBrowser(
  browser: Browser,
  { url, credentials }: Awaited<ReturnType<typeof listeningConsole>>,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const { secret } = await credentials.issueLink({ name: 'Ada Byrne' }, 60_000)
  await page.goto(`${url}/sign-in/${secret}`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${url}/`)
  await page.close()
  return context
}
