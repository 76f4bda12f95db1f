import type { NetworkHost } from '../host.js'
import { ListenerServer } from './listener-server.js'
import { probeTarget } from './probe.js'

/** Listeners are HTTP servers on loopback, and health checks are requests. */
export const socketNetwork: NetworkHost = {
  countEveryMs: 1000,
  open: (listener, ports, parts) => ListenerServer.open(listener, ports, parts),
  probe: probeTarget,
}
