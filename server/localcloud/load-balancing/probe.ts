import { request } from 'node:http'
import type { Probe } from './health-verdict.js'

export type ProbeTarget = (port: number, path: string, timeoutMs: number) => Promise<Probe>

/** One health check request on a connection of its own, as the load balancer's nodes make them. Never rejects. */
export function probeTarget(port: number, path: string, timeoutMs: number): Promise<Probe> {
  return new Promise((resolve) => {
    const check = request({
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      headers: { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' },
    })
    const limit = setTimeout(() => {
      resolve({ outcome: 'timeout' })
      check.destroy()
    }, timeoutMs)
    const end = (probe: Probe) => {
      clearTimeout(limit)
      resolve(probe)
    }
    check.once('response', (response) => {
      response.resume()
      response.once('error', () => undefined)
      end({ outcome: 'answered', code: response.statusCode ?? 0 })
    })
    check.on('error', () => end({ outcome: 'failed' }))
    check.end()
  })
}
