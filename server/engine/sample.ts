import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from 'tar'
import type { Bake } from '../domain/bake.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { bakeFolder } from './load-recipe.js'
import type { Parts } from './parts.js'
import { registerApplication } from './register-application.js'
import { requestBake } from './request-bake.js'

/** The application that a newcomer can bake without having one. */
const sampleApplication = 'sunrise'

export interface SampleVersion {
  readonly version: string
  readonly label: string
  readonly description: string
  /** False for the one that shows what becomes of a release that never gets healthy. */
  readonly healthy: boolean
}

/** The versions of the sample, oldest first. */
export function sampleVersions(): SampleVersion[] {
  const versions = join(bakeFolder(), 'sample', 'versions')
  return readdirSync(versions)
    .sort()
    .map((folder) => {
      const look = JSON.parse(readFileSync(join(versions, folder, 'look.json'), 'utf8')) as SampleVersion
      const { version, label, description, healthy } = look
      return { version, label, description, healthy }
    })
}

/**
 * Bakes one version of the sample: registers the application where it is missing, packs the version, uploads it. Baking a
 * version again gives the image that is there. Throws Refusal.
 */
export async function bakeSample(
  parts: Parts,
  actor: Actor,
  version: string,
): Promise<{ bake: Bake; reused: boolean }> {
  if (!sampleVersions().some((sample) => sample.version === version))
    throw new Refusal('UnknownSample', `The sample application has no version “${version}”.`, 'notFound')
  if (!(await parts.history.application(sampleApplication)))
    await registerApplication(parts, actor, {
      name: sampleApplication,
      owner: 'Sample',
      email: null,
      port: 8080,
      healthPath: '/healthz',
      startCommand: null,
    }).catch(unlessThere)
  const folder = mkdtempSync(join(tmpdir(), 'delling-sample-'))
  try {
    const fileName = `${sampleApplication}-${version}.tgz`
    const content = await packSample(version, folder)
    const path = join(folder, fileName)
    writeFileSync(path, content)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const address = await parts.packages.put(fileName, sha256, path, content.length)
    return await requestBake(parts, actor, {
      application: sampleApplication,
      version,
      package: { address, sha256, fileName },
      reason: 'the sample application',
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Two versions asked for at once both find no application; the one that comes second finds it registered. */
function unlessThere(error: unknown): void {
  if (!(error instanceof Refusal && error.code === 'ApplicationExists')) throw error
}

/** Packs a version the same way every time, so that its digest, and with it the image, is the same every time. */
async function packSample(version: string, workFolder: string): Promise<Buffer> {
  const from = join(bakeFolder(), 'sample')
  const staged = join(workFolder, 'package')
  cpSync(join(from, 'app'), staged, { recursive: true })
  cpSync(join(from, 'versions', version), staged, { recursive: true })
  const chunks: Buffer[] = []
  const files = readdirSync(staged).sort()
  const packed = create(
    { gzip: { level: 9 }, portable: true, mtime: new Date(0), prefix: 'package', cwd: staged },
    files,
  )
  for await (const chunk of packed) chunks.push(chunk)
  return Buffer.concat(chunks)
}
