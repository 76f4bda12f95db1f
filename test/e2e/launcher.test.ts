import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { signal } from '../../server/launcher/process-identity.js'
import {
  aliveParts,
  launch,
  newHome,
  partOf,
  removeHome,
  untilReady,
  type Launched,
} from '../support/launched.js'
import { until } from '../support/until.js'

const homes: { home: string; launched: Launched[] }[] = []

function newPlace() {
  const place = { home: newHome(), launched: [] as Launched[] }
  homes.push(place)
  return {
    home: place.home,
    start: (env?: Record<string, string>) => {
      const launched = launch(place.home, env)
      place.launched.push(launched)
      return launched
    },
  }
}

afterEach(async () => {
  for (const { home, launched } of homes.splice(0)) await removeHome(home, launched)
})

interface Seen {
  readonly pid: number
  readonly databaseUrl: string
  readonly localCloud: { readonly url: string }
  readonly aws: readonly string[]
}
const seenBy = (home: string) => JSON.parse(readFileSync(join(home, 'seen.json'), 'utf8')) as Seen

describe('npm start', () => {
  it('starts database, local cloud and console, and prints one address with a link', async () => {
    const { home, start } = newPlace()
    const launched = start()
    const link = await untilReady(launched)
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\/link-1$/)
    expect(launched.output().match(/https?:\/\//g)).toHaveLength(1)
    expect(aliveParts(home)).toEqual(['console', 'localcloud', 'database'])
    const client = new pg.Client({ connectionString: seenBy(home).databaseUrl })
    await client.connect()
    expect((await client.query('select current_database() as name')).rows).toEqual([{ name: 'delling' }])
    await client.end()
  })

  it('gives children no AWS variable of this machine while it uses the local cloud', async () => {
    const { home, start } = newPlace()
    await untilReady(
      start({
        AWS_PROFILE: 'production',
        AWS_ACCESS_KEY_ID: 'AKIA',
        AWS_ENDPOINT_URL: 'https://example.com',
      }),
    )
    expect(seenBy(home).aws).toEqual([])
    expect(new URL(seenBy(home).localCloud.url).hostname).toBe('127.0.0.1')
  })

  it('keeps the state folder and the secrets in it closed to other users', async () => {
    const { home, start } = newPlace()
    await untilReady(start())
    expect(statSync(home).mode & 0o777).toBe(0o700)
    for (const secret of ['database', 'cloud.json', 'cloud-secret-key']) {
      expect(statSync(join(home, 'secrets', secret)).mode & 0o777).toBe(0o600)
    }
    for (const log of ['console', 'localcloud', 'database']) {
      const text = readFileSync(join(home, 'log', `${log}.log`), 'utf8')
      expect(text).not.toContain('link-1')
      expect(text).not.toContain(readFileSync(join(home, 'secrets', 'database'), 'utf8').trim())
    }
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops all in order on %s and leaves none behind',
    async (name) => {
      const { home, start } = newPlace()
      const launched = start()
      await untilReady(launched)
      launched.child.kill(name)
      expect(await launched.ended).toBe(0)
      expect(readFileSync(join(home, 'order'), 'utf8')).toBe('console\nlocalcloud\n')
      expect(aliveParts(home)).toEqual([])
    },
  )

  it('finds everything running again after the launcher alone was killed', async () => {
    const { home, start } = newPlace()
    const first = start()
    await untilReady(first)
    const before = (['console', 'localcloud', 'database'] as const).map((name) => partOf(home, name).pid)
    first.child.kill('SIGKILL')
    await first.ended
    expect(aliveParts(home)).toHaveLength(3)

    const second = start()
    await untilReady(second)
    expect((['console', 'localcloud', 'database'] as const).map((name) => partOf(home, name).pid)).toEqual(
      before,
    )
    expect(second.output()).toContain('The local cloud was running already.')
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    expect(aliveParts(home)).toEqual([])
  })

  it('leaves the cloud running while it starts a killed console again', async () => {
    const { home, start } = newPlace()
    const launched = start()
    await untilReady(launched)
    const cloud = partOf(home, 'localcloud')
    const console = partOf(home, 'console')
    signal(console, 'SIGKILL')
    await until(() => launched.output().includes('The console runs again.'), 20_000, 'the restart')
    expect(partOf(home, 'console').pid).not.toBe(console.pid)
    expect(partOf(home, 'localcloud')).toEqual(cloud)
    expect(aliveParts(home)).toHaveLength(3)
  })

  it('starts a killed database again on the same address', async () => {
    const { home, start } = newPlace()
    const launched = start()
    await untilReady(launched)
    const { databaseUrl } = seenBy(home)
    signal(partOf(home, 'database'), 'SIGKILL')
    await until(() => launched.output().includes('The database runs again.'), 30_000, 'the restart')
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    await client.end()
  })

  it('replaces the survivors of another build', async () => {
    const { home, start } = newPlace()
    const first = start({ STAND_IN_BUILD: 'one' })
    await untilReady(first)
    const { pid } = partOf(home, 'console')
    const database = partOf(home, 'database').pid
    first.child.kill('SIGKILL')
    await first.ended
    await untilReady(start({ STAND_IN_BUILD: 'two' }))
    expect(partOf(home, 'console').pid).not.toBe(pid)
    expect(partOf(home, 'database').pid).toBe(database)
  })

  it('on a home that is in use says so, prints a fresh link and changes nothing', async () => {
    const { home, start } = newPlace()
    await untilReady(start())
    const before = partOf(home, 'console')
    const second = start({ PORT: '1' })
    expect(await untilReady(second)).toMatch(/link-2$/)
    expect(await second.ended).toBe(0)
    expect(second.output()).toContain('runs already')
    expect(second.output()).toContain('PORT 1 is ignored')
    expect(partOf(home, 'console')).toEqual(before)
  })

  it('waits for a launcher that is stopping and then starts', async () => {
    const { home, start } = newPlace()
    const first = start()
    await untilReady(first)
    first.child.kill('SIGTERM')
    const second = start()
    await untilReady(second)
    expect(await first.ended).toBe(0)
    expect(second.child.exitCode).toBeNull()
    expect(aliveParts(home)).toHaveLength(3)
  })

  it('keeps two homes apart', async () => {
    const [one, two] = [newPlace(), newPlace()]
    const links = await Promise.all([untilReady(one.start()), untilReady(two.start())])
    expect(new Set(links).size).toBe(2)
    expect(seenBy(one.home).databaseUrl).not.toBe(seenBy(two.home).databaseUrl)
    expect(seenBy(one.home).localCloud.url).not.toBe(seenBy(two.home).localCloud.url)
  })

  it('refuses a taken port with a sentence and starts nothing', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    const { port } = blocker.address() as AddressInfo
    const { home, start } = newPlace()
    const launched = start({ PORT: String(port) })
    expect(await launched.ended).toBe(1)
    expect(launched.output()).toContain(`Port ${port} on 127.0.0.1 is taken`)
    expect(launched.output()).toContain(`PORT=${port + 1} npm start`)
    expect(existsSync(join(home, 'run'))).toBe(false)
    blocker.close()
  })

  it('tells why the console could not start, stops the rest and ends with 1', async () => {
    const { home, start } = newPlace()
    const launched = start({ STAND_IN_FAILS: 'yes' })
    expect(await launched.ended).toBe(1)
    expect(launched.output()).toContain('The console ended before it was ready')
    expect(launched.output()).toContain('the stand-in fails as it was told')
    expect(aliveParts(home)).toEqual([])
  })

  it('names every mistake in the configuration at once', async () => {
    const { home, start } = newPlace()
    const launched = start({ PORT: 'http', DELLING_CLOUD: 'azure', DELLING_PACE: 'fast' })
    expect(await launched.ended).toBe(1)
    for (const name of ['PORT', 'DELLING_CLOUD', 'DELLING_PACE'])
      expect(launched.output()).toContain(`${name} ('`)
    expect(existsSync(join(home, 'run'))).toBe(false)
  })
})
