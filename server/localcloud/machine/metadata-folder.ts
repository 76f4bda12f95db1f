import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What an instance may read of itself: paths as the metadata service has them, each a file. */
export interface MachineMetadata {
  readonly instanceId: string
  readonly imageId: string
  readonly instanceType: string
  readonly availabilityZone: string
  readonly region: string
  readonly privateIp: string
  readonly port: number
  readonly userData: string | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
}

/** Keys that the metadata service can show as a path: no slash, no space, not `.` or `..`. */
const showable = /^(?!\.{1,2}$)[^/\s\0]{1,128}$/

export function writeMetadata(folder: string, metadata: MachineMetadata): void {
  const hostname = `ip-${metadata.privateIp.replaceAll('.', '-')}`
  const values: Record<string, string> = {
    'instance-id': metadata.instanceId,
    'ami-id': metadata.imageId,
    'instance-type': metadata.instanceType,
    'placement/availability-zone': metadata.availabilityZone,
    'placement/region': metadata.region,
    'local-ipv4': metadata.privateIp,
    'local-hostname': hostname,
    hostname,
    'machine-id': metadata.instanceId.replace('i-', '').padStart(32, '0'),
    port: String(metadata.port),
  }
  for (const [path, value] of Object.entries(values)) write(folder, path, `${value}\n`)
  const lines = Object.entries(metadata.environment).map(
    ([name, value]) => `export ${name}=${quoted(value)}\n`,
  )
  write(folder, 'environment', lines.join(''))
  if (metadata.userData !== undefined) write(folder, 'user-data', Buffer.from(metadata.userData, 'base64'))
  writeTags(folder, metadata.tags)
}

export function writeTags(folder: string, tags: Readonly<Record<string, string>>): void {
  rmSync(join(folder, 'tags'), { recursive: true, force: true })
  for (const [key, value] of Object.entries(tags))
    if (showable.test(key)) write(folder, `tags/instance/${key}`, `${value}\n`)
}

function write(folder: string, path: string, content: string | Buffer): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
  writeFileSync(file, content, { mode: 0o644 })
}

const quoted = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`
