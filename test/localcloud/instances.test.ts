import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeInstanceStatusCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CloudUnderTest,
  cloudUnderTest,
  consoleOf,
  instance,
  reached,
  run,
  shown,
  until,
} from './cloud-under-test.js'

const bake = `#!/bin/bash
exec > >(tee -a /var/log/bake.log > /dev/console) 2>&1
set -Eeuo pipefail
mkdir -p /opt/shop
cat > /opt/shop/main.js <<'JS'
const http = require('node:http')
http.createServer((request, response) => response.end(JSON.stringify({
  version: process.env.VERSION, quoted: process.env.QUOTED, fromFile: process.env.FROM_FILE, pid: process.pid,
}))).listen(Number(process.env.PORT), process.env.HOST)
console.log('shop is listening')
JS
echo 'FROM_FILE="file value"' > /etc/default/shop
echo PORT=1 >> /etc/default/shop
cat > /etc/systemd/system/shop.service <<'UNIT'
[Unit]
Description=Shop
[Service]
Environment=VERSION=1 "QUOTED=a b"
EnvironmentFile=/etc/default/shop
EnvironmentFile=-/etc/default/missing
WorkingDirectory=/opt/shop
ExecStart=/usr/bin/env node main.js
Restart=always
RestartSec=100ms
User=shop
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable shop
cloud-init clean --logs
self-tag result "ok: done"
systemctl poweroff
`

const answer = async (port: number | undefined) => {
  try {
    const response = await fetch(`http://127.0.0.1:${port ?? 0}/`)
    return (await response.json()) as { version: string; quoted: string; fromFile: string; pid: number }
  } catch {
    return undefined
  }
}

/** `none` is what a machine without namespaces gets: paths are led into the instance's folder instead. */
describe.each(['auto', 'none'] as const)('an instance (confinement %s)', (confinement) => {
  let cloud: CloudUnderTest
  let image = ''
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certificates-'))
    await writeFile(join(folder, 'ca.pem'), 'a certificate', { mode: 0o600 })
    const instanceEnvironment = {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_cafile: join(folder, 'ca.pem'),
    }
    cloud = await cloudUnderTest({ confinement, instanceEnvironment })
  })
  afterAll(async () => {
    await cloud.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('runs its user data, tags itself, powers off and ends as stopped, and its disk becomes an image', async () => {
    const { ec2 } = cloud
    const id = await run(ec2, bake)
    const stopped = await reached(ec2, id, 'stopped')
    expect(stopped.StateReason?.Code).toBe('Client.InstanceInitiatedShutdown')
    expect(stopped.Tags).toContainEqual({ Key: 'result', Value: 'ok: done' })
    const { ImageId } = await ec2.send(new CreateImageCommand({ InstanceId: id, Name: 'shop-1' }))
    image = ImageId ?? ''
    await until('the image is available', async () => {
      const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [image] }))
      return Images?.[0]?.State === 'available'
    })
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await reached(ec2, id, 'terminated')
  })

  it('started from that image serves on the port that it was given, with its unit’s environment', async () => {
    const { ec2 } = cloud
    const id = await run(
      ec2,
      '#!/bin/sh\necho "user data of $(metadata instance-id) in $(metadata placement/availability-zone)"\n',
      { ImageId: image },
    )
    await reached(ec2, id, 'running')
    const { port } = await until('it has a port', async () => {
      const seen = await shown(cloud, id)
      return seen.port === undefined ? undefined : seen
    })
    const first = await until('it answers', () => answer(port))
    expect(first).toMatchObject({ version: '1', quoted: 'a b', fromFile: 'file value' })
    await until('the console shows its output', async () => {
      const text = await consoleOf(ec2, id)
      return text.includes('shop is listening') && text.includes(`user data of ${id} in us-east-1`)
    })
    await until('processor time is counted', async () => (await shown(cloud, id)).cpuSeconds > 0)

    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
    const stopped = await reached(ec2, id, 'stopped')
    expect(stopped.StateReason?.Code).toBe('Client.UserInitiatedShutdown')
    expect(stopped.StateTransitionReason).toMatch(/^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/)
    expect(await answer(port)).toBeUndefined()

    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))
    await reached(ec2, id, 'running')
    const again = await shown(cloud, id)
    await until('it answers after the start', () => answer(again.port))
    const output = await consoleOf(ec2, id)
    expect(output.split(`user data of ${id}`).length - 1).toBe(1)
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  })

  it('whose init is killed is impaired and still running, as a hung machine is', async () => {
    const { ec2 } = cloud
    const id = await run(ec2, '#!/bin/sh\nsleep 1000\n')
    await reached(ec2, id, 'running')
    const { initPid } = await until('it has an init', async () => {
      const seen = await shown(cloud, id)
      return seen.initPid === undefined ? undefined : seen
    })
    process.kill(initPid ?? -1, 'SIGKILL')
    await until('its death is seen', async () => !(await shown(cloud, id)).alive)
    expect((await instance(ec2, id)).State?.Name).toBe('running')
    const { InstanceStatuses } = await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }))
    expect(InstanceStatuses?.[0]?.InstanceStatus?.Status).toBe('impaired')
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await reached(ec2, id, 'terminated')
  })

  it('has the environment that the cloud was given, and its certificate file under a path that it can read', async () => {
    const id = await run(
      cloud.ec2,
      '#!/bin/sh\necho "registry $npm_config_registry, $(cat "$npm_config_cafile")"\n',
    )
    await until('it says so', async () =>
      (await consoleOf(cloud.ec2, id)).includes('registry http://127.0.0.1:9/, a certificate'),
    )
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  })

  it('with shutdown behaviour terminate is terminated when it powers off', async () => {
    const id = await run(cloud.ec2, '#!/bin/sh\npoweroff\n', {
      InstanceInitiatedShutdownBehavior: 'terminate',
    })
    await reached(cloud.ec2, id, 'terminated')
  })

  it('starts a unit again when its process is killed, and gives up on one that fails at once', async () => {
    const { ec2 } = cloud
    const script = `#!/bin/sh
cat > /etc/systemd/system/broken.service <<'UNIT'
[Service]
ExecStart=/bin/false
Restart=always
RestartSec=0
UNIT
systemctl start broken
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  systemctl is-failed broken > /dev/null && break
  sleep 0.2
done
echo "broken is $(systemctl is-active broken)"
kill -9 "$(systemctl show shop | sed -n s/MainPID=//p)"
echo "shop was killed"
`
    const id = await run(ec2, script, { ImageId: image })
    await until('the loop ends', async () => (await consoleOf(ec2, id)).includes('broken is failed'))
    await until(
      'shop starts twice',
      async () => (await consoleOf(ec2, id)).split('shop is listening').length > 2,
    )
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  })

  it('installs a .deb into its own root, runs its maintainer script there and starts its unit', async () => {
    const { ec2 } = cloud
    const script = `#!/bin/sh
set -e
mkdir -p /tmp/deb/data/opt/greeter /tmp/deb/data/etc/systemd/system /tmp/deb/control && cd /tmp/deb
printf 'console.log("greeter runs on " + process.env.PORT); setInterval(() => {}, 1000)' > data/opt/greeter/main.js
printf '[Service]\\nWorkingDirectory=/o''pt/greeter\\nExecStart=/usr/bin/env node main.js\\n[Install]\\nWantedBy=multi-user.target\\n' > data/etc/systemd/system/greeter.service
printf 'Package: greeter\\nVersion: 2.1\\nArchitecture: all\\nMaintainer: a\\nDescription: b\\n' > control/control
printf '#!/bin/sh\\nset -e\\nsystemctl enable --now greeter\\necho "postinst $1"\\n' > control/postinst
tar -C control -czf control.tar.gz . && tar -C data -czf data.tar.gz .
node -e '
const fs = require("fs")
const member = (name, data) => Buffer.concat([Buffer.from(name.padEnd(16) + "0".padEnd(12) + "0".padEnd(6) + "0".padEnd(6) + "100644".padEnd(8) + String(data.length).padEnd(10) + "\\u0060\\n"), data, Buffer.alloc(data.length % 2, "\\n")])
fs.writeFileSync("greeter.deb", Buffer.concat([Buffer.from("!<arch>\\n"), member("debian-binary", Buffer.from("2.0\\n")), member("control.tar.gz", fs.readFileSync("control.tar.gz")), member("data.tar.gz", fs.readFileSync("data.tar.gz"))]))'
apt-get install -y ./greeter.deb
systemctl is-active greeter
`
    const id = await run(ec2, script)
    await until('the unit runs', async () => {
      const text = await consoleOf(ec2, id)
      return (
        text.includes('Setting up greeter (2.1)') &&
        text.includes('postinst configure') &&
        text.includes('greeter runs on')
      )
    })
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  })
})
