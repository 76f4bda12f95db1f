import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { secretIn } from '../../config/secret-file.js'

export interface CloudSecrets {
  readonly accessKey: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly controlToken: string
  /** Where the local cloud reads them: mode 0600. */
  readonly file: string
}

/** The key that the local cloud checks signatures against, made once for each state folder. */
export function cloudSecrets(home: string): CloudSecrets {
  const folder = join(home, 'secrets')
  const accessKey = {
    accessKeyId: `AKIA${secretIn(join(folder, 'cloud-key-id'), 8).toUpperCase()}`,
    secretAccessKey: secretIn(join(folder, 'cloud-secret-key'), 20),
  }
  const controlToken = secretIn(join(folder, 'cloud-control-token'))
  const file = join(folder, 'cloud.json')
  writeFileSync(file, JSON.stringify({ key: accessKey, controlToken }), { mode: 0o600 })
  return { accessKey, controlToken, file }
}
