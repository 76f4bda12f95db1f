import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Image } from '../../server/domain/bake.js'
import { isEnded, type Actor, type Operation } from '../../server/domain/operation.js'
import type { Timings } from '../../server/domain/timings.js'
import { Loop } from '../../server/engine/loop.js'
import type { Parts } from '../../server/engine/parts.js'
import { bakeSample } from '../../server/engine/sample.js'
import { startLocalCloud } from '../../server/localcloud/assemble.js'
import { freshDatabase } from './database.js'
import { makeEngineParts } from './engine-parts.js'
import { recordedImage } from './recorded-image.js'
import { until } from './until.js'

export const person: Actor = { name: 'Ada', via: 'console' }

/** The whole engine in this process: real PostgreSQL, the real SDK, a local cloud without delays, real instances. */
export interface EngineStack {
  readonly parts: Parts
  readonly cloudUrl: string
  readonly databaseUrl: string
  /** What the loop met and would log. */
  readonly faults: unknown[]
  control(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown>
  /** Bakes a version of the sample application and waits for its image. */
  image(version: string): Promise<Image>
  readonly ended: (operationId: string, timeoutMs?: number) => Promise<Operation>
  /** Asks an address under another name, as a browser behind DNS would. */
  askHost(url: string, host: string): Promise<string>
  stop(): Promise<void>
}

interface StackOptions {
  /** Nothing advances until the test starts a loop of its own. */
  readonly withoutLoop?: boolean
  /** Waits that differ from those of pace zero. */
  readonly timings?: Partial<Timings>
  /** `records`: instances without a process, as many as a test likes; their images are copies of Amazon's. */
  readonly instances?: 'processes' | 'records'
  /** Another PostgreSQL than that of the test run. */
  readonly databaseServerUrl?: string
}

export async function startEngineStack(options: StackOptions = {}): Promise<EngineStack> {
  const home = await mkdtemp(join(tmpdir(), 'delling-engine-'))
  const cloud = await startLocalCloud({ home, port: 0, pace: 'zero', instances: options.instances })
  const fresh = await freshDatabase(options.databaseServerUrl)
  const databaseUrl = fresh.url
  const engine = await makeEngineParts(cloud.url, databaseUrl, options.timings)
  const { parts, faults } = engine
  const loop = new Loop(parts, { fault: (_scope, error) => void faults.push(error) })
  if (!options.withoutLoop) loop.start()

  const ended = async (operationId: string, timeoutMs = 60_000): Promise<Operation> => {
    const read = () => parts.history.operation(operationId)
    await until(
      async () => {
        const operation = await read()
        return operation !== null && isEnded(operation)
      },
      timeoutMs,
      `operation ${operationId} ended`,
    ).catch(async (error: unknown) => {
      throw new Error(
        `${String(error)}; it is ${JSON.stringify(await read())}; faults: ${faults.map(String).join('; ')}`,
      )
    })
    const operation = await read()
    if (!operation) throw new Error('the operation vanished')
    return operation
  }

  return {
    parts,
    cloudUrl: cloud.url,
    databaseUrl,
    faults,
    ended,
    async control(method, path, body) {
      const reply = await fetch(`${cloud.url}/_localcloud${path}`, {
        method,
        headers: { 'x-localcloud-control': '1' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
      return reply.json()
    },
    async image(version) {
      if (options.instances === 'records') return recordedImage(cloud.url, parts, version)
      const { bake } = await bakeSample(parts, person, version)
      await until(
        async () => ['baked', 'failed'].includes((await parts.history.bake(bake.id))?.phase ?? ''),
        90_000,
        `bake of ${version}`,
      )
      const done = await parts.history.bake(bake.id)
      const image = done?.imageId ? await parts.history.image(done.imageId) : null
      if (!image) throw new Error(`the bake failed: ${done?.reason ?? ''}\n${done?.log ?? ''}`)
      return image
    },
    askHost: (url, host) =>
      new Promise((resolve, reject) => {
        request(url, { headers: { host } }, (reply) => {
          let body = ''
          reply.setEncoding('utf8')
          reply.on('data', (chunk: string) => (body += chunk))
          reply.on('end', () => resolve(body))
        })
          .on('error', reject)
          .end()
      }),
    async stop() {
      await loop.stop()
      await engine.close()
      await cloud.stop()
      await fresh.drop()
      await rm(home, { recursive: true, force: true })
      await rm(cloud.instancesDir, { recursive: true, force: true })
    },
  }
}
