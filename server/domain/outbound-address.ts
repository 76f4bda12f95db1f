import { isIPv4, isIPv6 } from 'node:net'

/** What may be sent to, besides the public internet. */
export interface OutboundLeave {
  /** This machine, by plain HTTP too: only where the console runs on its own local cloud. */
  readonly loopback: boolean
  /** Networks of the operator's own, as `10.1.0.0/16`. */
  readonly networks: readonly string[]
}

/** Networks that no public service is in: private, shared, link-local, documentation, multicast, reserved. */
const closed4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Of IPv6 only what is given out to the internet, without the ways that lead back to IPv4 or nowhere. */
const open6 = ['2000::/3']
const closed6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
/** Where clouds hand out credentials: no configuration opens these. */
const metadata = ['169.254.169.254/32', '169.254.170.2/32', '169.254.170.23/32', 'fd00:ec2::/32']

/** Why nothing is sent to an address; null where it may be. */
export function reasonClosed(address: string, leave: OutboundLeave): string | null {
  const plain = withoutMapping(address)
  const within = (networks: readonly string[]) => networks.some((network) => isWithin(plain, network))
  if (within(metadata)) return `${address} is where clouds hand out credentials; nothing is sent there`
  if (within(['127.0.0.0/8', '::1/128']))
    return leave.loopback ? null : `${address} is this machine itself; nothing is sent there`
  if (within(leave.networks)) return null
  const isOpen = isIPv4(plain) ? !within(closed4) : within(open6) && !within(closed6)
  return isOpen
    ? null
    : `${address} is not an address of the public internet; DELLING_CHANNEL_NETWORKS can allow its network`
}

/** Why an address of a channel can’t be one, before anything is looked up; null where it can. */
export function reasonBadUrl(text: string, leave: OutboundLeave): string | null {
  if (!URL.canParse(text)) return 'Write a whole address, such as https://hooks.example.com/delling.'
  const url = new URL(text)
  const loopback = isLoopbackName(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback && leave.loopback))
    return leave.loopback
      ? 'It begins with https://; only on this machine itself http:// is taken.'
      : 'It begins with https://.'
  if (url.username || url.password) return 'Leave out name and password; the signature says who sends.'
  if (url.hash) return 'Leave out what follows “#”; it is never sent.'
  const literal = literalOf(url.hostname)
  const closed = literal ? reasonClosed(literal, leave) : null
  if (closed) return `${closed}.`
  if (loopback && !leave.loopback) return 'That is this machine itself; nothing is sent there.'
  return null
}

function isLoopbackName(hostname: string): boolean {
  const literal = literalOf(hostname)
  if (literal) return isWithin(withoutMapping(literal), '127.0.0.0/8') || isWithin(literal, '::1/128')
  return /^(.+\.)?localhost\.?$/i.test(hostname)
}

/** The address that a host name is itself, if it is one. */
export function literalOf(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIPv4(bare) || isIPv6(bare) ? bare : null
}

/** IPv4 in IPv6’s clothes (::ffff:10.0.0.1, and what NAT64 makes of it) is judged as the IPv4 that it is. */
function withoutMapping(address: string): string {
  if (!isIPv6(address)) return address
  const value = numberOf(address)
  const high = value >> 32n
  if (high === 0xffffn || high === 0x64ff9bn << 64n) {
    const low = value & 0xffffffffn
    return [24n, 16n, 8n, 0n].map((shift) => String((low >> shift) & 0xffn)).join('.')
  }
  return address
}

function isWithin(address: string, network: string): boolean {
  const [base = '', bits = '0'] = network.split('/')
  if (isIPv4(address) !== isIPv4(base)) return false
  const shift = BigInt((isIPv4(base) ? 32 : 128) - Number(bits))
  return numberOf(address) >> shift === numberOf(base) >> shift
}

function numberOf(address: string): bigint {
  if (isIPv4(address)) return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
  const bare = address.replace(/%.*$/, '')
  // The last 32 bits may be written as IPv4.
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare)
  const text = dotted ? `${dotted[1]}${asGroups(dotted[2] ?? '')}` : bare
  const [head = '', tail] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const [before, after] = [groups(head), tail === undefined ? [] : groups(tail)]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  const all = tail === undefined ? before : [...before, ...zeros, ...after]
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}

function asGroups(ipv4: string): string {
  const value = numberOf(ipv4)
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
}
