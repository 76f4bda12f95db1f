import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Settings without which npm may not reach a registry from this machine. Credentials are not among them. */
const passedOn: ReadonlySet<string> = new Set([
  'registry',
  'cafile',
  'strict-ssl',
  'proxy',
  'https-proxy',
  'noproxy',
])

/**
 * This machine's npm settings as variables for `npm install` inside instances, which do not see its .npmrc. An address
 * with a password in it is left out: instances run what others wrote.
 */
export function npmSettings(
  env: Readonly<Record<string, string | undefined>>,
  files = npmrcFiles(env),
): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const file of files.filter((path) => existsSync(path))) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, name, value] = /^\s*([a-z-]+)\s*=\s*"?([^"]*?)"?\s*$/.exec(line) ?? []
      if (name !== undefined && value && passedOn.has(name) && !/:\/\/[^/]*@/.test(value)) {
        settings[`npm_config_${name.replaceAll('-', '_')}`] = value
      }
    }
  }
  return settings
}

function npmrcFiles(env: Readonly<Record<string, string | undefined>>): string[] {
  const global = join(process.execPath, '..', '..', 'etc', 'npmrc')
  return [global, env.NPM_CONFIG_USERCONFIG ?? env.npm_config_userconfig ?? join(homedir(), '.npmrc')]
}
