import { rm } from 'node:fs/promises'
import { Refusal } from '../domain/refusal.js'
import type { Deps } from './deps.js'
import type { ReceivedFile } from './receive-package.js'

export interface KeptPackage {
  readonly address: string
  readonly sha256: string
  readonly kind: string
  readonly fileName: string
  readonly bytes: number
}

/** Looks into an uploaded file and puts it into the bucket; refuses one that is not what its name says. */
export async function keepPackage(
  deps: Deps,
  file: ReceivedFile,
  expectedSha256: string | undefined,
): Promise<KeptPackage> {
  try {
    if (expectedSha256 && expectedSha256.toLowerCase() !== file.sha256)
      throw new Refusal(
        'WrongDigest',
        `The SHA-256 of ${file.fileName} is ${file.sha256}, not ${expectedSha256}: it changed on its way, or the digest is another file's. Nothing was kept; send it again.`,
        'invalid',
      )
    const inspected = await deps.engine.inspectPackage(file.path, file.fileName)
    if (inspected.problems.length > 0)
      throw new Refusal('BadPackage', `${inspected.problems.join(' ')} Nothing was kept.`, 'invalid')
    const address = await deps.parts.packages.put(file.fileName, file.sha256, file.path, file.bytes)
    return { address, sha256: file.sha256, kind: inspected.kind, fileName: file.fileName, bytes: file.bytes }
  } finally {
    await rm(file.path, { force: true })
  }
}
