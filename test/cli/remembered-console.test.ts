import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeConsoleFile } from '../../config/console-file.js'
import { stubConsole, token } from '../support/stub-console.js'

const me = { name: 'Ada', account: '1', region: 'eu-west-1', mode: 'aws', version: '0' }
const clusters = { body: { clusters: [] } }

let home: string
let console_: Awaited<ReturnType<typeof stubConsole>>
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'delling-login-'))
  console_ = await stubConsole({ 'GET /me': { body: me }, 'GET /clusters': clusters })
})
afterEach(async () => {
  await console_.close()
  rmSync(home, { recursive: true })
})

const env = () => ({ HOME: home, DELLING_HOME: join(home, 'no-console-here') })
const login = (input: string, ...more: string[]) =>
  console_.runIn(env(), input, 'login', '--with-token', ...more)

describe('delling login --with-token', () => {
  it('remembers console and token for this user alone, and logout forgets them', async () => {
    expect((await console_.runIn(env(), '', 'clusters', 'list')).stderr).toContain('login --url')
    expect(await login(`${token}\n`, '--url', console_.url)).toMatchObject({ exit: 0 })
    expect(statSync(join(home, '.config', 'delling', 'console.json')).mode & 0o777).toBe(0o600)
    expect(await console_.runIn(env(), '', 'clusters', 'list')).toMatchObject({ exit: 0 })
    expect(console_.asked.at(-1)?.headers.authorization).toBe(`Bearer ${token}`)
    expect((await console_.runIn(env(), '', 'logout')).stdout).toContain('Forgotten')
    expect((await console_.runIn(env(), '', 'logout')).stdout).toContain('Nothing was remembered')
    expect((await console_.runIn(env(), '', 'clusters', 'list')).exit).toBe(1)
  })

  it('remembers nothing that the console does not take', async () => {
    const refusing = await stubConsole({ 'GET /me': { status: 401, body: { detail: 'no' } } })
    expect((await console_.runIn(env(), token, 'login', '--with-token', '--url', refusing.url)).exit).toBe(1)
    await refusing.close()
    expect((await console_.runIn(env(), '', 'logout')).stdout).toContain('Nothing was remembered')
  })

  it('asks for what is missing', async () => {
    expect(await login('', '--url', console_.url)).toMatchObject({ exit: 2, stderr: /no token/ })
    expect((await login(token)).exit).toBe(2)
    expect((await login(token, '--url', 'delling.example.com')).exit).toBe(2)
  })

  it('gives way to a console that runs here', async () => {
    await login(token, '--url', console_.url)
    const here = await stubConsole({ 'GET /clusters': clusters })
    writeConsoleFile(env().DELLING_HOME, { url: here.url, token })
    await console_.runIn(env(), '', 'clusters', 'list')
    expect(here.asked).toHaveLength(1)
    await here.close()
  })
})
