import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalCloud } from '../cloud.js'
import type { KeptSeries, MetricStore } from './metric-store.js'

interface Content {
  /** The account state that the numbers belong to: after a reset those of the account before are ignored. */
  readonly stateId: string
  readonly series: KeptSeries[]
}

const WRITE_EVERY_MS = 10_000
const PRUNE_EVERY_MS = 600_000

/** Keeps the metrics in a file of their own beside the state, because they change every second. */
export class MetricFile {
  private writtenVersion = 0
  private timer: NodeJS.Timeout | undefined
  private pruning: NodeJS.Timeout | undefined

  constructor(
    private readonly cloud: LocalCloud,
    private readonly store: MetricStore,
    private readonly stateId: () => string,
  ) {}

  /** Reads what is there, and begins to write every ten seconds; the last ones are lost if the process is killed. */
  async start(): Promise<void> {
    await this.read()
    this.pruning = setInterval(() => this.store.prune(this.cloud.clock.now().getTime()), PRUNE_EVERY_MS)
    this.pruning.unref()
    if (!this.path) return
    this.timer = setInterval(() => void this.write(), WRITE_EVERY_MS)
    this.timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    clearInterval(this.pruning)
    await this.write()
  }

  private get path(): string | undefined {
    const { folder } = this.cloud.state
    return folder && join(folder, 'metrics.json')
  }

  private async read(): Promise<void> {
    if (!this.path) return
    try {
      const content = JSON.parse(await readFile(this.path, 'utf8')) as Content
      if (content.stateId === this.stateId()) this.store.load(content.series)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.cloud.log('metrics could not be read and begin anew', { error: String(error) })
      }
    }
  }

  private async write(): Promise<void> {
    const version = this.store.version
    if (!this.path || version === this.writtenVersion) return
    this.writtenVersion = version
    const content: Content = { stateId: this.stateId(), series: this.store.toJSON() }
    try {
      await writeFile(`${this.path}.new`, JSON.stringify(content), { mode: 0o600 })
      await rename(`${this.path}.new`, this.path)
    } catch (error) {
      this.cloud.log('metrics not written', { error: String(error) })
    }
  }
}
