import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import { isEnded, type Operation } from '../../server/domain/operation.js'
import { Loop } from '../../server/engine/loop.js'
import type { Parts } from '../../server/engine/parts.js'
import { bakeSample } from '../../server/engine/sample.js'
import { startLocalCloud } from '../../server/localcloud/assemble.js'
import { freshDatabase } from './database.js'
import { withAdmin } from './database-server.js'
import { makeEngineParts, type EngineParts } from './engine-parts.js'
import { person } from './engine-stack.js'
import { until } from './until.js'

/** One request that the local cloud was asked to carry out. */
export interface AskedCall {
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
}

/** An engine whose database can be put back to an older state while the local cloud goes on. */
export interface RestorableConsole {
  readonly cloudUrl: string
  /** The engine's parts now; others after each backup and restore. */
  parts(): Parts
  /** Copies the database as it is; the engine is stopped for it and goes on afterwards. */
  backup(): Promise<string>
  /** Goes on from a backup. */
  restore(backup: string): Promise<void>
  image(version: string): Promise<Image>
  ended(operationId: string): Promise<Operation>
  reaches(operationId: string, phase: string): Promise<void>
  /** Every change that AWS was asked for so far. */
  changes(): Promise<readonly AskedCall[]>
  stop(): Promise<void>
}

export async function startRestorableConsole(): Promise<RestorableConsole> {
  const home = await mkdtemp(join(tmpdir(), 'delling-restore-'))
  const cloud = await startLocalCloud({ home, port: 0, pace: 'zero' })
  const serverUrl = inject('databaseServerUrl')
  const first = await freshDatabase()
  const backups: string[] = []
  let url = first.url
  let engine: EngineParts
  let loop: Loop

  const open = async () => {
    engine = await makeEngineParts(cloud.url, url, {
      pollMs: 250,
      stewardMs: 2000,
      quietMs: 600,
      goneMs: 300,
      unpinMs: 500,
    })
    loop = new Loop(engine.parts, { fault: () => undefined })
    loop.start()
  }
  const close = async () => {
    await loop.stop()
    await engine.close()
  }
  const copyOf = async (source: string) => {
    const name = `backup_${randomBytes(6).toString('hex')}`
    const from = new URL(source).pathname.slice(1)
    await withAdmin(
      serverUrl,
      async (client) => void (await client.query(`create database ${name} template ${from}`)),
    )
    backups.push(name)
    const copy = new URL(source)
    copy.pathname = `/${name}`
    return copy.href
  }
  await open()

  const operationOf = (id: string) => engine.parts.history.operation(id)
  /** A busy machine may be slow to let a connection in: then nothing is known yet, and it is read again. */
  const seenOf = (id: string) => operationOf(id).catch(() => null)
  return {
    cloudUrl: cloud.url,
    parts: () => engine.parts,
    async backup() {
      await close()
      const copy = await copyOf(url)
      await open()
      return copy
    },
    async restore(backup) {
      await close()
      url = backup
      await open()
    },
    async image(version) {
      const { bake } = await bakeSample(engine.parts, person, version)
      const read = () => engine.parts.history.bake(bake.id)
      await until(async () => ['baked', 'failed'].includes((await read())?.phase ?? ''), 90_000, version)
      const image = await engine.parts.history.image((await read())?.imageId ?? '')
      if (!image) throw new Error(`the bake of ${version} failed: ${(await read())?.reason ?? ''}`)
      return image
    },
    async ended(id) {
      await until(
        async () => {
          const operation = await seenOf(id)
          return operation !== null && isEnded(operation)
        },
        90_000,
        `operation ${id} ended`,
      ).catch(async (error: unknown) => {
        throw new Error(`${String(error)}; it is ${JSON.stringify(await operationOf(id))}`)
      })
      const operation = await operationOf(id)
      if (!operation) throw new Error('the operation vanished')
      return operation
    },
    reaches: (id, phase) =>
      until(async () => (await seenOf(id))?.phase === phase, 60_000, `operation is ${phase}`),
    async changes() {
      const reply = await fetch(`${cloud.url}/_localcloud/calls`, {
        headers: { 'x-localcloud-control': '1' },
      })
      const { calls } = (await reply.json()) as { calls: AskedCall[] }
      return calls.filter((call) => !/^(Describe|Get|List|Head)/.test(call.action))
    },
    async stop() {
      await close()
      await cloud.stop()
      for (const name of backups)
        await withAdmin(
          serverUrl,
          async (client) => void (await client.query(`drop database if exists ${name} with (force)`)),
        )
      await first.drop()
      await rm(home, { recursive: true, force: true })
      await rm(cloud.instancesDir, { recursive: true, force: true })
    },
  }
}
