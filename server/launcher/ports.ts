import { readRecord } from './service-record.js'
import { findSurvivor } from './service.js'
import { isFree, portLike } from './free-port.js'

/** The local cloud's port: that of the last time while it is free or the cloud still runs there. */
export async function cloudPort(home: string): Promise<number> {
  return findSurvivor(home, 'localcloud')?.port ?? portLike(readRecord(home, 'localcloud')?.port)
}

/**
 * The console's port: the configured one, 0 for any free one. Throws a sentence when another program has it; our own
 * console of an earlier launcher is no other program.
 */
export async function consolePort(home: string, host: string, configured: number): Promise<number> {
  const survivor = findSurvivor(home, 'console')
  if (configured === 0) return survivor?.port ?? portLike(readRecord(home, 'console')?.port)
  if (survivor?.port === configured || (await isFree(configured, host))) return configured
  throw new Error(
    `Port ${configured} on ${host} is taken by another program or not allowed to this user. Nothing was started. ` +
      `Choose another one, for example: PORT=${configured < 1024 ? 3000 : configured + 1} npm start`,
  )
}

/** What is said where Delling runs already on another port than the one asked for; 0 asks for none. */
export function ignoredPort(running: number, asked: number): string | undefined {
  if (asked === 0 || asked === running) return undefined
  return (
    `Its console stays on port ${running}: PORT ${asked} is ignored. To move it, stop Delling and start it again; for a ` +
    'second one set another DELLING_HOME too.'
  )
}
