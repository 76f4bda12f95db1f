import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTagsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cloudUnderTest, instance, reached, run, shown, until } from './cloud-under-test.js'

const server = `#!/bin/sh
cat > /opt/main.js <<'JS'
require('node:http').createServer((q, s) => s.end('up')).listen(process.env.PORT, '127.0.0.1')
JS
cat > /etc/systemd/system/web.service <<'UNIT'
[Service]
ExecStart=/usr/bin/env node /opt/main.js
[Install]
WantedBy=multi-user.target
UNIT
systemctl enable --now web
`

const isUp = async (port: number | undefined) => {
  try {
    return (await (await fetch(`http://127.0.0.1:${port ?? 0}/`)).text()) === 'up'
  } catch {
    return false
  }
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a local cloud that ends', () => {
  let home = ''
  let instancesDir = ''
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'localcloud-'))
    instancesDir = ''
  })
  afterEach(async () => {
    await rm(home, { recursive: true, force: true })
    if (instancesDir) await rm(instancesDir, { recursive: true, force: true })
  })

  it('in order leaves no process, and boots the same instance at the same address again', async () => {
    const first = await cloudUnderTest({ home })
    instancesDir = first.running.instancesDir
    const id = await run(first.ec2, server)
    await reached(first.ec2, id, 'running')
    await first.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'kept', Value: 'yes' }] }))
    const before = await until('it serves', async () => {
      const seen = await shown(first, id)
      return (await isUp(seen.port)) && seen
    })
    await first.stop()
    expect(isAlive(before.initPid ?? -1)).toBe(false)
    expect(await isUp(before.port)).toBe(false)

    const second = await cloudUnderTest({ home })
    const after = await instance(second.ec2, id)
    expect(after.State?.Name).toBe('running')
    expect(after.Tags).toContainEqual({ Key: 'kept', Value: 'yes' })
    await until('it serves again', () => isUp(before.port))
    await second.stop()
  })

  it('by kill -9 leaves an instance that the next start boots again, once', async () => {
    const child: ChildProcess = spawn(
      process.execPath,
      ['--import', 'tsx', 'server/localcloud/main.ts', '--home', home, '--port', '0', '--pace', 'zero'],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    )
    const [ready] = (await once(child, 'message')) as [{ url: string; instancesDir: string }]
    instancesDir = ready.instancesDir
    const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }
    const ec2 = new EC2Client({ endpoint: ready.url, region: 'us-east-1', credentials, maxAttempts: 1 })
    const id = await run(ec2, server)
    await reached(ec2, id, 'running')
    const state = async () => {
      const response = await fetch(`${ready.url}/_localcloud/state`, {
        headers: { 'x-localcloud-control': '1' },
      })
      return ((await response.json()) as { instances: { port: number; initPid: number }[] }).instances[0]
    }
    const before = await until('it serves', async () => {
      const seen = await state()
      return (await isUp(seen?.port)) && seen
    })
    child.kill('SIGKILL')
    await once(child, 'exit')

    const second = await cloudUnderTest({ home })
    await until('the old process is gone', async () => !isAlive(before.initPid))
    await until('it serves again', async () => isUp((await shown(second, id)).port))
    expect((await shown(second, id)).port).toBe(before.port)
    await second.stop()
  })

  it('keeps a second one from the same home', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'server/localcloud/main.ts', '--home', home, '--port', '0', '--pace', 'zero'],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    )
    const [ready] = (await once(child, 'message')) as [{ instancesDir: string }]
    instancesDir = ready.instancesDir
    await expect(cloudUnderTest({ home })).rejects.toThrow(/is in use by process \d+/)
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(0)
  })
})
