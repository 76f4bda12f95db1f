import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import { startLocalCloud } from '../../server/localcloud/assemble.js'
import type { LocalCloudOptions, RunningLocalCloud } from '../../server/localcloud/options.js'

export const AL2023 = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
export const baseImageId = 'ami-0a1b2c3d4e5f60001'

export interface CloudUnderTest {
  readonly home: string
  readonly running: RunningLocalCloud
  readonly ec2: EC2Client
  /** What every SDK client of this cloud takes. */
  readonly client: {
    endpoint: string
    region: string
    credentials: { accessKeyId: string; secretAccessKey: string }
    maxAttempts: number
    forcePathStyle: boolean
  }
  control(method: string, path: string, body?: object): Promise<unknown>
  stop(): Promise<void>
}

/** A local cloud of this test's own at pace zero; `home` given keeps it after the stop. */
export async function cloudUnderTest(options: Partial<LocalCloudOptions> = {}): Promise<CloudUnderTest> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'localcloud-')))
  const running = await startLocalCloud({ port: 0, pace: 'zero', ...options, home })
  const credentials = options.key ?? { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }
  const client = {
    endpoint: running.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    forcePathStyle: true,
  }
  return {
    home,
    running,
    client,
    ec2: new EC2Client(client),
    control: async (method, path, body) => {
      const response = await fetch(`${running.url}/_localcloud${path}`, {
        method,
        headers: {
          'x-localcloud-control': '1',
          ...(options.controlToken ? { authorization: `Bearer ${options.controlToken}` } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      return response.json()
    },
    stop: async () => {
      await running.stop()
      if (options.home) return
      await rm(home, { recursive: true, force: true })
      await rm(running.instancesDir, { recursive: true, force: true })
    },
  }
}

/** Waits for a condition and fails with what was seen last. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  limitMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + limitMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs} ms in vain for: ${what}`)
    await wait(20)
  }
}

export async function run(
  ec2: EC2Client,
  script: string,
  input: Partial<RunInstancesCommandInput> = {},
): Promise<string> {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: baseImageId,
      MinCount: 1,
      MaxCount: 1,
      InstanceType: 't3.micro',
      UserData: Buffer.from(script).toString('base64'),
      InstanceInitiatedShutdownBehavior: 'stop',
      ...input,
    }),
  )
  return Instances?.[0]?.InstanceId ?? ''
}

export async function instance(ec2: EC2Client, id: string): Promise<Instance> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  const found = Reservations?.[0]?.Instances?.[0]
  if (!found) throw new Error(`${id} is not described`)
  return found
}

export const reached = (ec2: EC2Client, id: string, state: string): Promise<Instance> =>
  until(`${id} ${state}`, async () => {
    const seen = await instance(ec2, id)
    return seen.State?.Name === state ? seen : undefined
  })

export async function consoleOf(ec2: EC2Client, id: string): Promise<string> {
  const { Output } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id, Latest: true }))
  return Buffer.from(Output ?? '', 'base64').toString('utf8')
}

export interface ShownInstance {
  readonly instanceId: string
  readonly state: string
  readonly alive: boolean
  readonly port?: number
  readonly initPid?: number
  readonly cpuSeconds: number
}

export async function shown(cloud: CloudUnderTest, id: string): Promise<ShownInstance> {
  const { instances } = (await cloud.control('GET', '/state')) as { instances: ShownInstance[] }
  const found = instances.find((each) => each.instanceId === id)
  if (!found) throw new Error(`${id} is not shown`)
  return found
}

/** A first boot that serves one word to everybody; systemd starts it again when it ends. */
export function servingUserData(word: string): string {
  return `#!/bin/bash
cat > /opt/main.js <<'JS'
require('node:http').createServer((request, response) => response.end('${word}')).listen(process.env.PORT, process.env.HOST)
JS
cat > /etc/systemd/system/app.service <<'UNIT'
[Service]
ExecStart=/usr/bin/env node /opt/main.js
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now app
`
}
