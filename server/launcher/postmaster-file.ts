import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandLineOf, identityOf, type ProcessIdentity } from './process-identity.js'

/** What a running server says of itself in its data folder. */
export interface Postmaster {
  readonly process: ProcessIdentity
  readonly port: number
  readonly isReady: boolean
}

export const postmasterFile = (dataFolder: string): string => join(dataFolder, 'postmaster.pid')

/** The server that runs on this data folder. A pid is believed only if its command line names the folder. */
export function runningPostmaster(dataFolder: string): Postmaster | undefined {
  const file = postmasterFile(dataFolder)
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  const process = identityOf(Number(lines[0]))
  if (process === undefined || !commandLineOf(process.pid).includes(dataFolder)) return undefined
  return { process, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' }
}
