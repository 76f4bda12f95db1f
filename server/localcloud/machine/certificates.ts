import { copyFile, chmod } from 'node:fs/promises'
import { join } from 'node:path'

const namesFile = /^(npm_config_cafile|node_extra_ca_certs|ssl_cert_file|curl_ca_bundle|requests_ca_bundle)$/i

/** Files below these are there in every instance. */
const seenInside = /^\/(usr(?!\/local)|etc\/ssl)\//

/**
 * Certificate files that variables name lie anywhere on the machine, where instances see nothing: each is put beside the
 * guest programs, and its variable names it there. A file that cannot be read loses its variable.
 */
export async function withCertificates(
  environment: Readonly<Record<string, string>>,
  guest: string,
): Promise<Record<string, string>> {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (!namesFile.test(name) || seenInside.test(value)) {
      passed[name] = value
      continue
    }
    const file = `${name.toLowerCase()}.pem`
    try {
      await copyFile(value, join(guest, file))
      await chmod(join(guest, file), 0o644)
      passed[name] = `/.localcloud/bin/${file}`
    } catch {
      // Programs inside would fail on a certificate file that is not there.
    }
  }
  return passed
}
