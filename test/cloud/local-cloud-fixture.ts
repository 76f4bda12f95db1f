import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCloud } from '../../server/cloud/aws.js'
import { makeClients, type Clients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'
import type { Cloud } from '../../server/engine/ports.js'
import { startLocalCloud } from '../../server/localcloud/assemble.js'

/** A local cloud without delays and the adapters that speak to it. */
export interface LocalCloudFixture {
  readonly url: string
  readonly clients: Clients
  readonly cloud: Cloud
  /** Asks the local cloud's control interface. */
  control(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown>
  stop(): Promise<void>
}

export async function startFixture(): Promise<LocalCloudFixture> {
  const home = await mkdtemp(join(tmpdir(), 'delling-cloud-test-'))
  const running = await startLocalCloud({ home, port: 0, pace: 'zero' })
  const clients = makeClients({
    region: 'us-east-1',
    endpoint: running.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    meter: makeMeter(),
    requestTimeoutMs: 2000,
  })
  return {
    url: running.url,
    clients,
    cloud: makeCloud(clients, { clock: { now: () => new Date() }, metricPeriodSec: 1 }),
    async control(method, path, body) {
      const response = await fetch(`${running.url}/_localcloud${path}`, {
        method,
        headers: { 'x-localcloud-control': '1', 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      return response.json()
    },
    async stop() {
      clients.close()
      await running.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** First boot of an instance that answers every request with a word. */
export function answeringUserData(word: string): string {
  return `#!/bin/sh
cat > /opt/answer.mjs <<'PROGRAM'
import { createServer } from 'node:http'
createServer((request, response) => response.end('${word}')).listen(process.env.PORT, process.env.HOST)
PROGRAM
cat > /etc/systemd/system/answer.service <<'UNIT'
[Service]
ExecStart=/bin/sh -c 'exec node /opt/answer.mjs'
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now answer
echo "answering with ${word}"
`
}
