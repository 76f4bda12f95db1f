import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { childEnvironment } from '../../server/launcher/child-environment.js'
import { consoleUrl } from '../../server/launcher/console.js'
import { openHome } from '../../server/launcher/home.js'
import { lastLines, rotateIfLong } from '../../server/launcher/log-file.js'
import { npmSettings } from '../../server/launcher/npm-settings.js'
import { identityOf, isAlive, signal } from '../../server/launcher/process-identity.js'
import { isTaken, takeHome } from '../../server/launcher/home-lock.js'
import { ignoredPort } from '../../server/launcher/ports.js'
import { restartDelay } from '../../server/launcher/restart-policy.js'
import { runLauncher } from '../../server/launcher/run-launcher.js'
import { serviceUser } from '../../server/launcher/service-user.js'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'delling-launcher-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a process that ends by itself', () => {
  it('is started again later each time, and given up at the fourth end within a minute', () => {
    expect(restartDelay([0])).toBe(250)
    expect(restartDelay([0, 10_000])).toBe(1000)
    expect(restartDelay([0, 10_000, 20_000])).toBe(4000)
    expect(restartDelay([0, 10_000, 20_000, 30_000])).toBeUndefined()
    expect(restartDelay([0, 30_000, 59_000, 90_000])).toBe(1000)
  })
})

describe('a process', () => {
  it('is not mistaken for another one that got its pid', () => {
    const us = identityOf(process.pid)
    expect(us).toBeDefined()
    expect(isAlive({ pid: process.pid, startedAt: 'another time' })).toBe(false)
    // A signal to such a one must reach nobody: it would end this test run.
    signal({ pid: process.pid, startedAt: 'another time' }, 'SIGKILL')
    expect(us !== undefined && isAlive(us)).toBe(true)
  })
})

describe('what children inherit', () => {
  const env = {
    PATH: '/bin',
    AWS_PROFILE: 'p',
    aws_region: 'r',
    npm_lifecycle_event: 'start',
    DATABASE_URL: 'd',
    DELLING_PACE: 'zero',
    HTTPS_PROXY: 'h',
  }

  it('has nothing of AWS in local mode', () => {
    expect(childEnvironment(env, { withAws: false }, { X: '1' })).toEqual({
      PATH: '/bin',
      DELLING_PACE: 'zero',
      HTTPS_PROXY: 'h',
      X: '1',
    })
  })

  it('has it in the other modes', () => {
    expect(childEnvironment(env, { withAws: true })).toMatchObject({ AWS_PROFILE: 'p' })
  })
})

describe("the machine's npm settings for instances", () => {
  it('name registry, proxy and certificates, and no credential', () => {
    const [first, second] = [join(folder, 'one'), join(folder, 'two')]
    writeFileSync(first, 'registry=https://one.example/\n; a comment\nstrict-ssl = false\n')
    writeFileSync(
      second,
      'registry = "https://two.example/"\n//two.example/:_authToken=secret\n_auth=secret\nhttps-proxy=http://user:secret@proxy:3128\n',
    )
    expect(npmSettings({}, [first, join(folder, 'missing'), second])).toEqual({
      npm_config_registry: 'https://two.example/',
      npm_config_strict_ssl: 'false',
    })
  })
})

describe('the state folder', () => {
  it('is made with mode 0700, and closed again when it was open', () => {
    const path = join(folder, 'deep', 'home')
    expect(openHome(path, false)).toEqual({ path, dataFolder: path, isSystemFolder: false })
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  it('is refused with a sentence where it cannot be made', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => openHome(join(folder, 'file', 'home'), false)).toThrow(/cannot be used.*Set DELLING_HOME/)
  })
})

describe('the user of the database', () => {
  it('is daemon, else nobody, where we are root', () => {
    const list = join(folder, 'passwd')
    writeFileSync(list, 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n')
    expect(serviceUser(list, true)).toEqual({ name: 'nobody', uid: 65534, gid: 65533 })
    writeFileSync(list, 'nobody:x:65534:65534::/:\ndaemon:x:1:1::/:\n')
    expect(serviceUser(list, true)).toEqual({ name: 'daemon', uid: 1, gid: 1 })
    writeFileSync(list, 'root:x:0:0::/:/bin/sh\n')
    expect(() => serviceUser(list, true)).toThrow(/ordinary user, or set DATABASE_URL/)
  })

  it('is our own where we are not root', () => {
    expect(serviceUser('/nowhere', false)).toBeUndefined()
  })
})

describe('a log', () => {
  it('is moved away when it is long, and its end can be shown', () => {
    const file = join(folder, 'log')
    writeFileSync(file, Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n'))
    expect(lastLines(file, 2)).toBe('line 38\nline 39')
    rotateIfLong(file, 1000)
    expect(statSync(file).size).toBeGreaterThan(0)
    rotateIfLong(file, 100)
    expect(statSync(file).size).toBe(0)
    expect(lastLines(`${file}.1`, 1)).toBe('line 39')
    expect(lastLines(join(folder, 'none'))).toBe('(there is no log)')
  })
})

describe('a start where Delling runs already', () => {
  it('says that another port than its console has is ignored', () => {
    expect(ignoredPort(3000, 3001)).toMatch(/stays on port 3000: PORT 3001 is ignored/)
    expect(ignoredPort(3000, 3000)).toBeUndefined()
    expect(ignoredPort(43_237, 0)).toBeUndefined()
  })

  it('knows a state folder that is taken from one that is free or not there', () => {
    const { path } = openHome(join(folder, 'home'), false)
    expect(isTaken(join(folder, 'none'))).toBe(false)
    expect(isTaken(path)).toBe(false)
    const lock = takeHome(path)
    expect(isTaken(path)).toBe(true)
    lock?.release()
    expect(isTaken(path)).toBe(false)
  })
})

describe('a start on a port that is taken', () => {
  it('makes no state folder', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    const home = join(folder, 'home')
    const start = runLauncher({
      env: { DELLING_HOME: home, PORT: String((blocker.address() as AddressInfo).port) },
      build: { id: 'one', script: (path) => path },
      say: () => undefined,
      complain: () => undefined,
      onSignal: () => undefined,
    })
    await expect(start).rejects.toThrow(/is taken by another program.*Nothing was started/)
    expect(existsSync(home)).toBe(false)
    await new Promise((resolve) => blocker.close(resolve))
  })
})

describe('where the console is asked', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:1'],
    ['0.0.0.0', 'http://127.0.0.1:1'],
    ['::', 'http://[::1]:1'],
    ['::1', 'http://[::1]:1'],
    ['10.0.0.7', 'http://10.0.0.7:1'],
  ])('when it listens on %s', (host, url) => {
    expect(consoleUrl(host, 1)).toBe(url)
  })
})
