import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CreateImageCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detectConfinement } from '../../server/localcloud/machine/confinement.js'
import { type CloudUnderTest, cloudUnderTest, consoleOf, reached, run, until } from './cloud-under-test.js'

const sh = async (command: string) => (await promisify(execFile)('sh', ['-c', command])).stdout.trim()

/** Where the machine has no namespaces the start-up line says so, and there is nothing here to promise. */
const { kind } = await detectConfinement(tmpdir(), 'auto')

describe.runIf(kind === 'namespaces')('a hostile bake', () => {
  let cloud: CloudUnderTest
  let outside = ''
  beforeAll(async () => {
    cloud = await cloudUnderTest()
    outside = await mkdtemp(join(tmpdir(), 'outside-'))
    await writeFile(join(outside, 'precious'), 'untouched')
  })
  afterAll(async () => {
    await cloud.stop()
    await rm(outside, { recursive: true, force: true })
  })

  const state = async () => ({
    usr: await sh('ls -A /usr /usr/bin | sha256sum'),
    etc: await sh('ls -lA /etc | sha256sum'),
    passwd: await readFile('/etc/passwd', 'utf8'),
    home: await readdir(homedir()),
    precious: await readFile(join(outside, 'precious'), 'utf8'),
  })

  it('that removes system folders, links and climbs out and mounts changes nothing on the machine', async () => {
    const { ec2 } = cloud
    const before = await state()
    const script = `#!/bin/sh
sleep 60 &
mount -o remount,rw /etc/ssl/certs 2>&1 && echo "REMOUNTED"
umount /usr 2>&1 && echo "UNMOUNTED"
for hidden in ${outside}/precious ${cloud.home}/state.json ${process.cwd()}/package.json ${homedir()}/.npmrc; do
  [ -e "$hidden" ] && echo "SEEN $hidden"
done
[ "$(ls /proc | grep -c '^[0-9]')" -lt 40 ] || echo "FOREIGN PROCESSES"
cat /proc/${process.pid}/environ > /dev/null 2>&1 && echo "FOREIGN ENVIRONMENT"
kill -9 ${process.pid} 2> /dev/null && echo "FOREIGN KILL"
mkdir -p /tmp/evil && cd /tmp/evil
ln -s ${outside} link
mkdir -p '${outside}' && echo changed > '${outside}/precious'
node -e '
const tar = (name, body, type, link) => {
  const h = Buffer.alloc(512)
  h.write(name, 0); h.write("0000777", 100); h.write("0000000", 108); h.write("0000000", 116)
  h.write(body.length.toString(8).padStart(11, "0"), 124); h.write("00000000000", 136); h.write("        ", 148)
  h.write(type, 156); h.write(link, 157); h.write("ustar\\u000000", 257)
  let sum = 0
  for (const b of h) sum += b
  h.write(sum.toString(8).padStart(6, "0") + "\\0 ", 148)
  return Buffer.concat([h, Buffer.from(body), Buffer.alloc((512 - body.length % 512) % 512)])
}
require("fs").writeFileSync("evil.tar", Buffer.concat([
  tar("../../../../../../..${outside}/precious", "changed", "0", ""),
  tar("out", "", "2", "${outside}"), tar("out/precious", "changed", "0", ""), Buffer.alloc(1024)]))'
tar -P -xf evil.tar 2>&1
rm -rf --no-preserve-root /usr/share /usr/lib/x86_64-linux-gnu/perl* /etc /home /root /srv /opt /var/lib /boot 2> /dev/null
ls /usr/share 2>&1 | head -1
echo "HOSTILE DONE"
rm -rf /usr/bin/systemctl /sbin/poweroff 2> /dev/null
poweroff
`
    const id = await run(ec2, script)
    await reached(ec2, id, 'stopped')
    const output = await consoleOf(ec2, id)
    expect(output).toContain('HOSTILE DONE')
    expect(output).not.toMatch(/REMOUNTED|UNMOUNTED|SEEN|FOREIGN/)
    expect(await state()).toEqual(before)
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  })

  it('that leaves links where the next boot mounts harms neither the machine nor the next instance', async () => {
    const { ec2 } = cloud
    const before = await state()
    const id = await run(
      ec2,
      `#!/bin/sh
umount /etc/alternatives 2> /dev/null
rm -rf /opt /srv
ln -s ${outside} /opt
ln -s ${outside} /srv
cp -a /etc /etc-copy 2> /dev/null
mv /etc /etc-old 2> /dev/null
ln -s ${outside} /etc 2> /dev/null
mkdir /locked && chmod 000 /locked
poweroff
`,
    )
    await reached(ec2, id, 'stopped')
    const { ImageId } = await ec2.send(new CreateImageCommand({ InstanceId: id, Name: 'links' }))
    const next = await until('the image can be launched', () =>
      run(ec2, '#!/bin/sh\necho "NEXT $(cat /opt/precious 2> /dev/null) RUNS"\n', { ImageId }).catch(
        () => undefined,
      ),
    )
    await until('the next instance speaks', async () => (await consoleOf(ec2, next)).includes('NEXT  RUNS'))
    expect(await state()).toEqual(before)
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id, next] }))
    await reached(ec2, next, 'terminated')
  })
})
