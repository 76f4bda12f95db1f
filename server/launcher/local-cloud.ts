import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RawSettings } from '../../config/settings-schema.js'
import type { Build } from './build.js'
import { childEnvironment } from './child-environment.js'
import type { CloudSecrets } from './cloud-secrets.js'
import type { Home } from './home.js'
import { npmSettings } from './npm-settings.js'
import type { ServiceSpec } from './service.js'

/** How the local cloud is started for one state folder. */
export function localCloudSpec(
  home: Home,
  settings: RawSettings,
  secrets: CloudSecrets,
  port: number,
  build: Build,
  env: Readonly<Record<string, string | undefined>>,
): ServiceSpec {
  const state = join(home.path, 'localcloud')
  const args = ['--home', state, '--port', String(port), '--pace', settings.pace, '--key-file', secrets.file]
  if (settings.bigAccount !== undefined) args.push('--big-account', String(settings.bigAccount))
  if (home.isSystemFolder) {
    const instances = join(home.dataFolder, 'instances')
    mkdirSync(instances, { recursive: true, mode: 0o711 })
    args.push('--instances-dir', instances)
  }
  const instanceEnvironment = JSON.stringify(npmSettings(env))
  return {
    name: 'localcloud',
    title: 'local cloud',
    home: home.path,
    script: build.script('server/localcloud/main.js'),
    args,
    env: childEnvironment(env, { withAws: false }, { LOCALCLOUD_INSTANCE_ENVIRONMENT: instanceEnvironment }),
    port,
    build: build.id,
    isReady: () => answers(port, secrets.controlToken),
    readyWithinMs: 120_000,
    stopWithinMs: 30_000,
  }
}

async function answers(port: number, controlToken: string): Promise<boolean> {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/_localcloud/health`, {
      headers: { 'x-localcloud-control': '1', authorization: `Bearer ${controlToken}` },
      signal: AbortSignal.timeout(2_000),
    })
    await reply.body?.cancel()
    return reply.ok
  } catch {
    return false
  }
}
