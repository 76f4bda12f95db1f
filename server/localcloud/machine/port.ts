import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the range from which the kernel gives ports to outgoing connections: a port kept for hours stays free. */
const FIRST = 20_000
const COUNT = 12_000

/** A loopback port that nobody listens on now and that is none of `taken`. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  const start = randomInt(COUNT)
  for (let i = 0; i < COUNT; i++) {
    const port = FIRST + ((start + i) % COUNT)
    if (!taken.has(port) && (await isFree(port))) return port
  }
  throw new Error('There is no free port left between 20000 and 32000.')
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
