import type { Pace } from './clock.js'
import type { AccessKey } from './signature.js'

export interface LocalCloudOptions {
  /** The folder of its state: made with mode 0700 where it is missing. */
  readonly home: string
  /** 0 takes a free port. */
  readonly port: number
  readonly pace: Pace
  /** With a key every signature is checked against it; without one any key is taken. */
  readonly key?: AccessKey | undefined
  /** What control requests must send as their bearer token; without one the control header is enough. */
  readonly controlToken?: string | undefined
  /** Added to the environment of everything that runs in an instance: registries, proxies. */
  readonly instanceEnvironment?: Readonly<Record<string, string>> | undefined
  /** Where the instances' and images' files lie; needed where `home` is closed to the user they run as. */
  readonly instancesDir?: string | undefined
  /** Letters of us-east-1's zones; three by default. */
  readonly zones?: readonly string[] | undefined
  /** `records` keeps instances as lines in a table, without process, disk or socket; for accounts of any size. */
  readonly instances?: 'processes' | 'records' | undefined
  /** Fills a fresh state with an account of so many server groups, whose instances are records for ever. */
  readonly bigAccount?: number | undefined
  /** `none` runs instances as this user without namespaces, for machines that have none. */
  readonly confinement?: 'auto' | 'none' | undefined
}

export interface RunningLocalCloud {
  readonly url: string
  readonly port: number
  /** How instances are kept apart from the machine, as a sentence. */
  readonly confinement: string
  readonly instancesDir: string
  /** Stops in order and leaves no process; the state stays on disk. */
  stop(): Promise<void>
}
