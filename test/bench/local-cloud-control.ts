/** How often each AWS action was called, by `service:Action`. */
export type CallCounts = Readonly<Record<string, number>>

export interface InstanceState {
  readonly instanceId: string
  readonly state: string
  readonly port: number | null
  readonly tags: Readonly<Record<string, string>>
}

/** The local cloud's own interface, as docs/local-cloud.md describes it. */
export class LocalCloudControl {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** Every AWS call since the local cloud's start, reads included. */
  async callCounts(): Promise<CallCounts> {
    return (await this.get<{ counts: CallCounts }>('/calls')).counts
  }

  async instances(): Promise<readonly InstanceState[]> {
    return (await this.get<{ instances: readonly InstanceState[] }>('/state')).instances
  }

  private async get<T>(path: string): Promise<T> {
    const reply = await fetch(`${this.url}/_localcloud${path}`, {
      headers: { 'x-localcloud-control': '1', authorization: `Bearer ${this.token}` },
    })
    if (!reply.ok) throw new Error(`GET ${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as T
  }
}
