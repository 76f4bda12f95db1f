import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { refusal } from './admission.js'
import type { Control } from './control.js'
import type { Wire } from './wire.js'

export interface Handlers {
  wire(): Wire
  control: Control
  log(message: string, details?: object): void
}

/** One loopback port for every service and for the control interface. */
export async function listen(port: number, handlers: Handlers): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    const refused = refusal(request)
    if (refused) {
      response
        .writeHead(403, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
        .end(`${refused}\n`)
      return
    }
    const isControl = request.url?.startsWith('/_localcloud/') ?? false
    const handled = isControl
      ? handlers.control.handle(request, response)
      : handlers.wire().handle(request, response)
    handled.catch((error: unknown) => {
      handlers.log('request failed', { error: error instanceof Error ? error.stack : String(error) })
      response.destroy()
    })
  })
  // SDK clients keep connections for long; closing them early looks like a reset to a caller that is just sending.
  server.keepAliveTimeout = 75_000
  server.headersTimeout = 80_000
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return { server, port: (server.address() as AddressInfo).port }
}

export async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
