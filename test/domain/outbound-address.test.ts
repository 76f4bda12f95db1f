import { describe, expect, it } from 'vitest'
import { reasonBadUrl, reasonClosed } from '../../server/domain/outbound-address.js'

const strict = { loopback: false, networks: [] }
const local = { loopback: true, networks: [] }

describe('an address that a name leads to', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.9.9.9',
    '169.254.1.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '::ffff:169.254.169.254',
    '64:ff9b::a00:1',
    '64:ff9b::169.254.169.254',
    '2002:a00:1::',
    '2001::1',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
  ])('%s is closed', (address) => {
    expect(reasonClosed(address, strict)).not.toBeNull()
  })

  it.each([
    '1.1.1.1',
    '34.203.1.9',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '::ffff:1.1.1.1',
    '64:ff9b::1.1.1.1',
    '2606:4700:4700::1111',
    '2a00:1450::1',
  ])('%s of the public internet is open', (address) => {
    expect(reasonClosed(address, strict)).toBeNull()
  })

  it('is open where its network is allowed, and no further', () => {
    const leave = { loopback: false, networks: ['10.1.0.0/16', 'fd12:3456::/32'] }
    expect(reasonClosed('10.1.200.3', leave)).toBeNull()
    expect(reasonClosed('::ffff:10.1.200.3', leave)).toBeNull()
    expect(reasonClosed('fd12:3456:1::1', leave)).toBeNull()
    expect(reasonClosed('10.2.0.1', leave)).toMatch(/DELLING_CHANNEL_NETWORKS/)
    expect(reasonClosed('fd12:3457::1', leave)).not.toBeNull()
  })

  it('of this machine is open in local mode only; what hands out credentials never is', () => {
    const wide = { loopback: false, networks: ['0.0.0.0/0', '::/0'] }
    expect(reasonClosed('127.0.0.1', wide)).not.toBeNull()
    expect(reasonClosed('::1', wide)).not.toBeNull()
    for (const leave of [wide, { ...wide, loopback: true }])
      for (const address of ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '::ffff:169.254.169.254'])
        expect(reasonClosed(address, leave)).toMatch(/credentials/)
    expect(reasonClosed('127.0.0.1', local)).toBeNull()
    expect(reasonClosed('::1', local)).toBeNull()
    expect(reasonClosed('10.0.0.1', local)).not.toBeNull()
  })
})

describe('an address that somebody types in', () => {
  it.each([
    'nonsense',
    'ftp://hooks.example.com/',
    'http://hooks.example.com/',
    'https://user:password@hooks.example.com/',
    'https://hooks.example.com/#part',
    'https://10.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://x.localhost/',
    'http://127.0.0.1:8080/',
    'https://169.254.169.254/latest/meta-data/',
  ])('%s is refused outside local mode', (url) => {
    expect(reasonBadUrl(url, strict)).not.toBeNull()
  })

  it('is taken where it is https to a name of the internet', () => {
    expect(reasonBadUrl('https://hooks.example.com:8443/a?b=c', strict)).toBeNull()
    expect(reasonBadUrl('https://1.1.1.1/', strict)).toBeNull()
  })

  it('may be plain http in local mode, to this machine alone', () => {
    for (const url of ['http://127.0.0.1:8080/', 'http://localhost/x', 'http://[::1]:9/'])
      expect(reasonBadUrl(url, local)).toBeNull()
    for (const url of ['http://hooks.example.com/', 'http://10.0.0.1/', 'http://169.254.169.254/'])
      expect(reasonBadUrl(url, local)).not.toBeNull()
  })
})
