import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import pg from 'pg'
import type { Timings } from '../../server/domain/timings.js'
import { until } from './until.js'

/** A replica as a process of its own, started from test/e2e/replicas-process.ts. */
export interface Replica {
  readonly child: ChildProcess
  /** As whom the leases know it; '' before its first claim. */
  holder(): string
  /** Everything it has said. */
  said(): string
}

const script = join(import.meta.dirname, '..', 'e2e', 'replicas-process.ts')

/** Replicas that share one database and one cloud, and what the database says of them. */
export class ReplicaSet {
  readonly replicas: Replica[] = []
  readonly database: pg.Client

  constructor(
    private readonly shared: {
      readonly cloudUrl: string
      readonly databaseUrl: string
      readonly timings: Partial<Timings>
      /** A note at this path names the moment at which whoever takes it away stops itself. */
      readonly pauseNote?: string
      /** While this folder holds a file `armed`, a replica kills itself at each point that its file `met` lacks. */
      readonly deaths?: string
    },
  ) {
    this.database = new pg.Client({ connectionString: shared.databaseUrl })
  }

  async start(count: number): Promise<void> {
    await this.database.connect()
    await Promise.all(Array.from({ length: count }, () => this.startReplica()))
  }

  async startReplica(): Promise<Replica> {
    const { cloudUrl, databaseUrl, timings, pauseNote = '', deaths = '' } = this.shared
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', script, cloudUrl, databaseUrl, JSON.stringify(timings), pauseNote, deaths],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const replica = { child, holder: () => /holder (\S+)/.exec(output)?.[1] ?? '', said: () => output }
    this.replicas.push(replica)
    await until(() => output.includes('ready') || child.exitCode !== null, 60_000, 'a replica is ready')
    return replica
  }

  /** Who holds a cluster now, by the database's clock. */
  async holderOf(cluster: string): Promise<string | null> {
    const { rows } = await this.database.query<{ holder: string }>(
      `select holder from leases where scope = $1 and until > clock_timestamp()`,
      [`cluster:${cluster}`],
    )
    return rows[0]?.holder ?? null
  }

  /** Resolves to the replica that holds a cluster, once one does. */
  async holding(cluster: string): Promise<Replica> {
    let found: Replica | undefined
    await until(
      async () => {
        const held = await this.holderOf(cluster)
        found = this.replicas.find((replica) => held !== null && replica.holder() === held)
        return found !== undefined
      },
      30_000,
      `a replica holds ${cluster}`,
    )
    if (!found) throw new Error(`nobody holds ${cluster}`)
    return found
  }

  /** `kill -9`; it is no part of the set any more. */
  kill(replica: Replica): void {
    replica.child.kill('SIGKILL')
    this.replicas.splice(this.replicas.indexOf(replica), 1)
  }

  async stop(): Promise<void> {
    for (const { child } of this.replicas) child.kill('SIGKILL')
    await this.database.end()
  }
}
