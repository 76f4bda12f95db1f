import type { RawEntry } from './archives.js'

export interface PackageCase {
  readonly name: string
  readonly entries: readonly RawEntry[]
  /** What the refusal must name; null: it is a good package. */
  readonly refused: RegExp | null
  readonly kinds: readonly ('tgz' | 'zip' | 'deb')[]
}

const all = ['tgz', 'zip', 'deb'] as const

/** Packages that must be refused by whoever looks first, and some that look odd and must not be. */
export const packageCases: readonly PackageCase[] = [
  {
    name: 'a file above the folder',
    entries: [{ path: '../evil' }],
    refused: /leaves the folder/,
    kinds: all,
  },
  {
    name: 'a way out in the middle',
    entries: [{ path: 'a/../../evil' }],
    refused: /leaves the folder/,
    kinds: all,
  },
  { name: 'an absolute path', entries: [{ path: '/etc/passwd' }], refused: /absolute path/, kinds: all },
  {
    name: 'a link to an absolute path',
    entries: [{ path: 'etc', type: '2', link: '/etc' }],
    refused: /leads out of the folder/,
    kinds: ['tgz', 'zip'],
  },
  {
    name: 'a link that climbs out',
    entries: [{ path: 'a/b/up', type: '2', link: '../../../etc' }],
    refused: /leads out of the folder/,
    kinds: ['tgz', 'zip'],
  },
  {
    name: 'a link that climbs out and comes back',
    entries: [{ path: 'up', type: '2', link: '../app/file' }],
    refused: /leads out of the folder/,
    kinds: ['tgz', 'zip'],
  },
  {
    name: 'a hard link to a file of the machine',
    entries: [{ path: 'shadow', type: '1', link: '/etc/shadow' }],
    refused: /leads out of the folder/,
    kinds: ['tgz'],
  },
  {
    name: 'a hard link that climbs out',
    entries: [{ path: 'a/shadow', type: '1', link: 'a/../../shadow' }],
    refused: /leads out of the folder/,
    kinds: ['tgz'],
  },
  {
    name: 'a device',
    entries: [{ path: 'dev', type: '3' }],
    refused: /neither a file nor a folder nor a link/,
    kinds: all,
  },
  {
    name: 'a name that hides a way out behind a quote and an arrow',
    entries: [{ path: 'x" -> "y', type: '2', link: '../../out' }],
    refused: /leads out of the folder/,
    kinds: ['tgz', 'zip'],
  },
  {
    name: 'a name over two lines whose second looks like a way out',
    entries: [{ path: 'fine\n../here' }],
    refused: null,
    kinds: all,
  },
  {
    name: 'links and dots that stay inside',
    entries: [
      { path: 'bin/', type: '5' },
      { path: 'bin/run', content: '#!/bin/sh\n' },
      { path: 'run', type: '2', link: 'bin/run' },
      { path: 'bin/up', type: '2', link: '../run' },
      { path: 'a..b/...', content: 'x' },
    ],
    refused: null,
    kinds: all,
  },
  {
    name: 'names with spaces, quotes and arrows',
    entries: [{ path: 'a b/it\'s "new" -> here', content: 'x' }],
    refused: null,
    kinds: all,
  },
  {
    name: 'a service that links across the machine',
    entries: [{ path: './usr/bin/shop', type: '2', link: '/opt/shop/bin/shop' }],
    refused: null,
    kinds: ['deb'],
  },
]
