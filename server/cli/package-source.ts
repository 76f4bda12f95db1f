import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ConsoleApi } from './console-api.js'
import { usageFailure } from './exits.js'

export interface PackageSource {
  readonly address: string
  readonly sha256: string
  readonly fileName?: string
}

/** A file is uploaded first; an address is taken as it is, with the digest that its content must have. */
export async function packageAt(
  api: ConsoleApi,
  place: string,
  sha256: string | undefined,
): Promise<PackageSource> {
  if (/^(https?|s3):\/\//.test(place)) {
    if (sha256 === undefined)
      throw usageFailure('--sha256 is missing: a package at an address needs the digest it must have.')
    return { address: place, sha256 }
  }
  const bytes = await sizeOf(place)
  const digest = await digestOf(place)
  if (sha256 !== undefined && sha256.toLowerCase() !== digest) {
    throw usageFailure(
      `${place} has the SHA-256 ${digest}, not the one that --sha256 names. Nothing was uploaded.`,
    )
  }
  const name = basename(place)
  const stored = await api.upload<{ address: string; sha256: string; fileName?: string }>('/packages', {
    name,
    bytes,
    sha256: digest,
    content: createReadStream(place),
  })
  return { address: stored.address, sha256: stored.sha256, fileName: stored.fileName ?? name }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw usageFailure(
      `The package ${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}.`,
    )
  })
  if (!found.isFile())
    throw usageFailure(`The package ${file} is not a file: pack the folder first, for example with npm pack.`)
  return found.size
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash).catch((error: Error) => {
    throw usageFailure(`The package ${file} cannot be read: ${error.message}.`)
  })
  return hash.digest('hex')
}
