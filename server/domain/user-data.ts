import type { ClusterSettings } from './cluster.js'

/** Where an image's own start-up looks for its environment; see bake/README.md. */
const environmentFile = '/etc/delling/environment'
/** Starts what the image was baked for; a person's own script comes after it. */
const startLine = 'systemctl enable --now "$(cat /etc/delling/unit)"'

/** Quotes a value for a systemd EnvironmentFile. */
function quoted(value: string): string {
  return `"${value.replace(/[\\"$`]/g, (character) => `\\${character}`)}"`
}

/** Why these variables can't be handed to an application, in a sentence; null when they can. */
export function reasonBadEnvironment(environment: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `“${name}” can't name an environment variable.`
    if (/[\n\r\0]/.test(value))
      return `The value of ${name} holds a line break, which an environment file can't.`
    if (name === 'PORT' || name === 'HOST') return `${name} is set by Delling from the port; leave it out.`
  }
  return null
}

/**
 * What an instance of a server group runs on its first boot: writes the environment, starts the application, then runs the
 * person's own script. At most 16 KB as AWS takes it. Whoever may describe the instance may read it: no secrets.
 */
export function serverGroupUserData(
  settings: ClusterSettings,
  names: Readonly<Record<string, string>>,
): string {
  const variables = { ...settings.environment, ...names, PORT: String(settings.port), HOST: '0.0.0.0' }
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`)
  const script = [
    '#!/bin/bash',
    'set -eu',
    'mkdir -p /etc/delling',
    `cat > ${environmentFile} <<'DELLING_ENVIRONMENT'`,
    ...lines,
    'DELLING_ENVIRONMENT',
    'systemctl daemon-reload',
    startLine,
  ]
  const own = settings.userData.trim()
  return `${[...script, ...(own === '' ? [] : ['', own.replace(/^#!.*\n/, '')])].join('\n')}\n`
}

/** The user data of one group of a cluster. */
export function launchUserData(
  settings: ClusterSettings,
  cluster: string,
  group: string,
  version: string,
): string {
  return serverGroupUserData(settings, {
    DELLING_CLUSTER: cluster,
    DELLING_SERVER_GROUP: group,
    DELLING_VERSION: version,
  })
}

/** The variables that a server group's user data writes, as they were given; none where it is not ours. */
export function environmentOf(userData: string): Readonly<Record<string, string>> {
  const block = /<<'DELLING_ENVIRONMENT'\n([\s\S]*?)^DELLING_ENVIRONMENT$/m.exec(userData)?.[1] ?? ''
  const lines = [...block.matchAll(/^([A-Za-z_][A-Za-z0-9_]*)="(.*)"$/gm)]
  return Object.fromEntries(
    lines.map(([, name = '', value = '']) => [name, value.replace(/\\([\\"$`])/g, '$1')]),
  )
}

const shell = /^#!\s*(\/usr)?\/bin\/(env\s+)?(ba|da)?sh\b.*\n/

/**
 * What a cluster’s settings can say of a group’s user data, so that the next group’s does the same after ours; `left` says what
 * they can’t. Of user data that is ours, what was put in.
 */
export function settingsOfUserData(
  userData: string,
): Pick<ClusterSettings, 'environment' | 'userData'> & { readonly left: string | null } {
  const nothing = { environment: {}, userData: '', left: null }
  if (userData.trim() === '') return nothing
  if (userData.includes(environmentFile) && userData.includes(startLine)) {
    const ours = (name: string) => ['PORT', 'HOST'].includes(name) || name.startsWith('DELLING_')
    const variables = Object.entries(environmentOf(userData)).filter(([name]) => !ours(name))
    const own = userData.slice(userData.indexOf(startLine) + startLine.length).trim()
    return { ...nothing, environment: Object.fromEntries(variables), userData: own }
  }
  if (!shell.test(userData))
    return {
      ...nothing,
      left: 'Its user data is no shell script (cloud-config, a MIME archive or something compressed), which can’t follow Delling’s own: put what it does into the image, or into the cluster’s settings as a script.',
    }
  // Ours stops at the first error; a script that did not must not begin to.
  return { ...nothing, userData: `set +eu\n${userData.replace(shell, '').trim()}` }
}
