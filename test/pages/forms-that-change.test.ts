import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inputOf } from '../../server/engine/edit-cluster.js'
import { chromiumPath, openBrowser, withoutChromium } from '../support/chromium.js'
import { listeningConsole } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { addForeignCluster } from '../support/foreign-world.js'
import { signInBrowser } from '../support/sign-in-browser.js'

// A file that is left out whole would be neither counted nor named at the end of `npm test`.
if (!chromiumPath) it.skip(withoutChromium, () => undefined)

const cluster = 'account-web'
const live = `${cluster}-v117`

describe.runIf(chromiumPath)('forms that change what is there, in a browser', () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof listeningConsole>>
  let world: FakeWorld
  beforeAll(async () => {
    browser = await openBrowser()
    world = demoWorld()
    server = await listeningConsole(world)
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  async function open(path: string, javaScriptEnabled = true): Promise<Page> {
    const page = await (await signInBrowser(browser, server, { javaScriptEnabled })).newPage()
    await page.goto(server.url + path)
    return page
  }
  const clusterNow = () => world.states.get(cluster)!.cluster
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

  it('a group is resized after its plan was shown', async () => {
    const { max } = world.states.get(cluster)!.groups.find(({ name }) => name === live)!.size
    const page = await open(`/groups/${live}/resize`)
    await page.getByLabel('Largest size').fill(String(max + 4))
    await press(page, 'Show the plan')
    await page.getByText('Auto Scaling UpdateAutoScalingGroup').waitFor()
    expect(await page.locator('.plan').textContent()).toContain(`MaxSize ${max + 4} of v117`)
    expect(await page.getByLabel('Largest size').inputValue()).toBe(String(max + 4))
    await page.getByLabel('Why').fill('a sale')
    await press(page, 'Resize v117')
    await page.waitForURL(/\/operations\//)
    expect(
      world.states.get(cluster)!.operations.find(({ kind }) => kind === 'resize')?.request,
    ).toMatchObject({ reason: 'a sale', size: { max: max + 4 } })
    await page.context().close()
  })

  it('the settings of a cluster are saved after what will change was shown, also without scripts', async () => {
    const before = clusterNow()
    const page = await open(`/clusters/${cluster}/edit`, false)
    await page.getByLabel('Morning', { exact: true }).fill('05:30')
    await press(page, 'Show what will change')
    expect(await page.locator('dl.facts ins').first().textContent()).toBe('05:30')
    expect(clusterNow()).toEqual(before)
    await page.getByLabel('Why').fill('an earlier shift')
    await press(page, 'Save')
    await page.waitForURL(new RegExp(`/clusters/${cluster}$`))
    expect(inputOf(clusterNow())).toEqual({ ...inputOf(before), morning: '05:30' })
    expect(clusterNow().settings).toEqual(before.settings)
    expect(world.log.at(-1)?.sentence).toContain('an earlier shift')
    await page.context().close()
  })

  it('of more groups than a cluster keeps some are chosen and adopted, also without scripts', async () => {
    addForeignCluster(world, 'orders-main', [1, 2, 3, 4, 5, 6])
    const page = await open('/adopt', false)
    await page.getByRole('link', { name: 'See what would differ…' }).click()
    const box = (push: number) => page.getByRole('checkbox', { name: `v00${push}` })
    const ticked = async () => {
      const each = await Promise.all(
        [1, 2, 3, 4, 5, 6, 7].map(async (push) => [push, await box(push).isChecked()] as const),
      )
      return each.filter(([, isTicked]) => isTicked).map(([push]) => push)
    }
    expect(await ticked()).toEqual([4, 5, 6, 7])
    await box(1).check()
    await press(page, 'Show what would differ')
    expect(await page.locator('#groups-error').textContent()).toContain('5 groups were chosen')
    expect(await ticked()).toEqual([1, 4, 5, 6, 7])
    await box(4).uncheck()
    await box(6).uncheck()
    await press(page, 'Show what would differ')
    expect(await ticked()).toEqual([1, 5, 7])
    await page.getByLabel('Type orders-main').fill('orders-main')
    await press(page, 'Adopt orders-main')
    await page.waitForURL(/\/operations\//)
    const groups = world.states.get('orders-main')!.groups.map(({ name }) => name)
    expect(groups).toEqual(['orders-main-v001', 'orders-main-v005', 'orders-main-v007'])
    await page.context().close()
  })

  it('of two who edit an application at once the second sees what the first changed, and saves over it knowingly', async () => {
    const [first, second] = [await open('/applications/shop/edit'), await open('/applications/shop/edit')]
    await first.getByLabel('Owner').fill('Carts')
    await press(first, 'Save')
    await first.waitForURL(/\/applications\/shop$/)
    await second.getByLabel('Port').fill('9090')
    await press(second, 'Save')
    await second.getByText('Somebody else edited shop meanwhile').waitFor()
    expect(await second.getByLabel('Owner').inputValue()).toBe('Carts')
    expect(await second.getByLabel('Port').inputValue()).toBe('9090')
    await press(second, 'Save')
    await second.waitForURL(/\/applications\/shop$/)
    expect(world.applications.find(({ name }) => name === 'shop')).toMatchObject({
      owner: 'Carts',
      port: 9090,
    })
    await Promise.all([first, second].map((page) => page.context().close()))
  })
})
