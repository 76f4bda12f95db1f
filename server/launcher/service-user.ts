import { readFileSync } from 'node:fs'

/** Whom the database runs as where we are root, which PostgreSQL refuses. */
export interface ServiceUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * An unprivileged user that every system has: initdb wants a name in the user list, and none is added to it. `daemon`
 * comes before `nobody`, because others run untrusted things as nobody, instances of the local cloud among them.
 */
const candidates = ['daemon', 'nobody']

/** Undefined when this process is not root and everything runs as its own user. */
export function serviceUser(
  userList = '/etc/passwd',
  asRoot = process.getuid?.() === 0,
): ServiceUser | undefined {
  if (!asRoot) return undefined
  const entries = readFileSync(userList, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of candidates) {
    const entry = entries.find((fields) => fields[0] === name)
    if (entry !== undefined) return { name, uid: Number(entry[2]), gid: Number(entry[3]) }
  }
  throw new Error(
    'Delling runs as root, and PostgreSQL refuses to: there is no user daemon or nobody to run it as. Start Delling as an ' +
      'ordinary user, or set DATABASE_URL to a database of your own.',
  )
}
