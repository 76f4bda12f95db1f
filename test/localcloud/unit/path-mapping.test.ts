import { describe, expect, it } from 'vitest'
import { mapPaths } from '../../../server/localcloud/machine/path-mapping.js'

const lead = (text: string) => mapPaths(text, { folder: '/I' })
const R = '/I/disk/root'

describe('a script on a machine without namespaces', () => {
  it.each([
    ['mkdir -p /opt/shop', `mkdir -p ${R}/opt/shop`],
    ['EnvironmentFile=-/etc/default/shop', `EnvironmentFile=-${R}/etc/default/shop`],
    ['PATH=/usr/local/bin:/usr/bin', `PATH=${R}/usr/local/bin:/usr/bin`],
    ['cd "/var/lib"; rm /tmp/*', `cd "${R}/var/lib"; rm ${R}/tmp/*`],
    ['exec > /dev/console', 'exec > /I/console.fifo'],
    ['cat /.localcloud/metadata/port', 'cat /I/metadata/port'],
    ['HOME=/root\n', `HOME=${R}/root\n`],
  ])('has its own %j led to %j', (from, to) => expect(lead(from)).toBe(to))

  it.each([
    '#!/bin/sh',
    '/usr/bin/env node',
    'curl https://example.com/etc/x http://host/opt/y',
    'cat /etc/ssl/certs/ca.crt',
    'echo "$ROOT/etc" ./etc/x a/opt/b ~/var',
    '/rootless /optical /etcetera',
    '> /dev/null',
  ])('keeps %j', (text) => expect(lead(text)).toBe(text))

  it('is not led twice', () => expect(lead(lead('cp /etc/a /opt/b'))).toBe(`cp ${R}/etc/a ${R}/opt/b`))
})
