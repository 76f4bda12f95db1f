import type { LocalCloud } from '../cloud.js'
import type { NetworkHost, OpenListener } from '../host.js'
import type { ProxyParts } from './listener-server.js'
import type { ListenerRecord } from './records.js'

/** Tag that tells any AWS client where a listener really answers. */
const URL_TAG = 'localcloud:url'

/** The open sockets of all listeners. */
export class ListenerServers {
  private readonly open = new Map<string, OpenListener>()

  constructor(
    private readonly cloud: LocalCloud,
    private readonly parts: ProxyParts,
    private readonly network: NetworkHost,
  ) {}

  /** Opens the listener's own port, or the one it had before, or a free one, and writes down which. */
  async start(listener: ListenerRecord): Promise<void> {
    const wanted = [listener.port, ...(listener.boundPort ? [listener.boundPort] : [])]
    const server = await this.network.open(listener, wanted, this.parts)
    this.open.set(listener.arn, server)
    listener.boundPort = server.port
    listener.tags[URL_TAG] = `http://127.0.0.1:${server.port}/`
    if (server.port !== listener.port) {
      this.cloud.log('listener port is taken or not allowed, another one is open', {
        listener: listener.arn,
        asked: listener.port,
        open: server.port,
      })
    }
  }

  async stop(listenerArn: string): Promise<void> {
    const server = this.open.get(listenerArn)
    this.open.delete(listenerArn)
    await server?.close()
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((arn) => this.stop(arn)))
  }
}
