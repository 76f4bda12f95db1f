import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { create } from 'tar'
import { checkout } from '../../config/checkout.js'
import type { BakeDocument } from '../../server/cli/commands/bake.js'
import type { ConsoleApi } from '../../server/cli/console-api.js'
import { packageAt } from '../../server/cli/package-source.js'
import { until } from '../support/until.js'

const application = 'sunrise'

export async function registerSample(api: ConsoleApi): Promise<void> {
  const fields = { name: application, owner: 'Bench', port: 8080, healthPath: '/healthz' }
  await api.post('/applications', fields)
}

/** Packs a version of the sample application, uploads and bakes it; resolves to the image's name. */
export async function bakeVersion(api: ConsoleApi, version: string, workFolder: string): Promise<string> {
  const archive = await packVersion(version, workFolder)
  const { id } = await api.post<{ id: string }>('/bakes', {
    application,
    version,
    package: await packageAt(api, archive, undefined),
    reason: 'bench',
  })
  const read = () => api.get<BakeDocument>(`/bakes/${id}`)
  await until(async () => (await read()).ended, 180_000, `the bake of ${version}`)
  const { imageName, reason, log } = await read()
  if (imageName === null) throw new Error(`The bake of ${version} failed. ${reason ?? ''}\n${log}`)
  return imageName
}

async function packVersion(version: string, workFolder: string): Promise<string> {
  const sample = join(checkout, 'bake', 'sample')
  const staged = join(workFolder, version)
  cpSync(join(sample, 'app'), staged, { recursive: true })
  cpSync(join(sample, 'versions', version), staged, { recursive: true })
  const file = join(workFolder, `${application}-${version}.tgz`)
  await create({ file, gzip: true, prefix: 'package', cwd: staged }, readdirSync(staged))
  return file
}
