import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { probePackage } from './probe-app.js'
import { startRealDelling, type RealDelling } from './real-delling.js'
import { until } from './until.js'

export interface ShownOperation {
  readonly id: string
  readonly phase: string
  readonly ended: boolean
  readonly endSentence: string | null
}

interface ShownBake {
  readonly phase: string
  readonly ended: boolean
  readonly imageName: string
  readonly log: string
}

/** The real program with the application `probe`, and what a client of its API needs that outlives the end of the console. */
export type KillableDelling = Awaited<ReturnType<typeof startKillableDelling>>

export async function startKillableDelling() {
  const real = await startRealDelling({ pace: 'zero' })
  const asks = clientOf(real)
  await asks.api('POST', '/applications', { name: 'probe', owner: 'Tests', port: 8080, healthPath: '/' })
  return { ...real, ...asks, killHard: (part: 'console' | 'localcloud') => killHard(real, part) }
}

function clientOf({ url, token }: RealDelling) {
  /** Asks again while the console is away. */
  async function api<Document>(method: string, path: string, body?: object | Buffer): Promise<Document> {
    let document: unknown
    const headers = {
      authorization: `Bearer ${token}`,
      ...(Buffer.isBuffer(body) ? { 'x-file-name': 'probe.tgz' } : { 'content-type': 'application/json' }),
    }
    const sent = Buffer.isBuffer(body) ? new Uint8Array(body) : body && JSON.stringify(body)
    await until(
      async () => {
        const reply = await fetch(`${url}/api/v1${path}`, {
          method,
          headers,
          ...(sent ? { body: sent } : {}),
        }).catch(() => null)
        if (!reply || reply.status >= 500) return false
        document = await reply.json()
        if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(document)}`)
        return true
      },
      60_000,
      `${method} ${path} answers`,
    )
    return document as Document
  }
  const operation = (id: string) => api<ShownOperation>('GET', `/operations/${id}`)
  const bake = (id: string) => api<ShownBake>('GET', `/bakes/${id}`)
  return {
    api,
    operation,
    bake,
    async ended(id: string): Promise<ShownOperation> {
      await until(async () => (await operation(id)).ended, 90_000, 'the operation ends')
      return operation(id)
    },
    async bakeStarted(version: string): Promise<string> {
      const kept = await api<{ address: string; sha256: string; fileName: string }>(
        'POST',
        '/packages',
        probePackage(version),
      )
      const { address, sha256, fileName } = kept
      const { id } = await api<{ id: string }>('POST', '/bakes', {
        application: 'probe',
        version,
        package: { address, sha256, fileName },
      })
      return id
    },
    /** The name of its image. */
    async baked(id: string): Promise<string> {
      await until(async () => (await bake(id)).ended, 90_000, 'the bake ends')
      const { phase, imageName, log } = await bake(id)
      expect(phase, log).toBe('baked')
      return imageName
    },
  }
}

/** `kill -9`; resolves once the launcher has started the part again as another process. */
async function killHard(real: RealDelling, part: 'console' | 'localcloud'): Promise<void> {
  const pid = real.pidOf(part)
  process.kill(pid, 'SIGKILL')
  await until(() => real.pidOf(part) !== pid, 60_000, `the ${part} is started again`)
}

/** Where the local cloud of a running program listens, and the keys that it takes. */
export function cloudAccess({ home }: Pick<RealDelling, 'home'>) {
  const read = (...path: string[]) => JSON.parse(readFileSync(join(home, ...path), 'utf8')) as unknown
  const { port } = read('run', 'localcloud.json') as { port: number }
  const { controlToken, key } = read('secrets', 'cloud.json') as {
    controlToken: string
    key: { accessKeyId: string; secretAccessKey: string }
  }
  return { url: `http://127.0.0.1:${port}`, controlToken, key: key.accessKeyId, secret: key.secretAccessKey }
}
