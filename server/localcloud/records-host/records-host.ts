import type { Host } from '../host.js'
import type { Probe } from '../load-balancing/health-verdict.js'
import { type Booted, RecordMachines } from './record-machines.js'

export interface RecordsBehaviour {
  readonly booted?: Booted
  /** False: CloudWatch hears nothing of their processors; it would be two series for each of thousands. */
  readonly measured?: boolean
  /** How an instance that is up answers a health check: 200, unless this says otherwise. */
  readonly answer?: (instanceId: string, path: string) => Probe
}

/** Host and machines of a cloud whose instances are records: no process runs and no socket is open. */
export function recordsHost(behaviour: RecordsBehaviour = {}): Host & { readonly machines: RecordMachines } {
  const machines = new RecordMachines(behaviour.booted, behaviour.measured)
  const answer = behaviour.answer ?? (() => ({ outcome: 'answered', code: 200 }) as const)
  return {
    machines,
    network: {
      countEveryMs: 60_000,
      open: async (_listener, [port = 80]) => ({ port, close: async () => undefined }),
      probe: async (port, path) => {
        const instanceId = machines.at(port)
        return instanceId === undefined ? { outcome: 'failed' } : answer(instanceId, path)
      },
    },
  }
}
