import { createHash } from 'node:crypto'

export interface GuestUser {
  readonly uid: number
  readonly gid: number
}

/**
 * The unprivileged user that instances run as when the cloud itself runs as root: one of its own for each home, so that
 * two clouds on one machine cannot touch each other's files. Undefined when the cloud is an ordinary user already.
 */
export function guestUser(home: string): GuestUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = 61_200 + (createHash('sha256').update(home).digest().readUInt16BE(0) % 4000)
  return { uid: id, gid: id }
}
