import type { Clock, Cloud } from '../engine/ports.js'
import { requestFor } from './call-requests.js'
import type { Clients } from './clients.js'
import { lastLines, readConsole } from './console-output.js'
import { performModifyRule } from './modify-rule.js'
import { makeObserve } from './observe.js'
import { performRequest } from './request.js'

interface CloudOptions {
  /** The clock that stamps observations: the one that decisions compare them with. */
  readonly clock: Clock
  /** The period of the request metric. */
  readonly metricPeriodSec: number
}

const consoleLines = 100

/** The deployment engine's AWS: reads clusters, sends calls. */
export function makeCloud(clients: Clients, options: CloudOptions): Cloud {
  return {
    observe: makeObserve(clients.readers, options),
    async perform(call, beforeSend, signal) {
      if (call.type === 'ModifyRule') return performModifyRule(clients, call, beforeSend, signal)
      return performRequest(clients.writers, requestFor(call), beforeSend, signal)
    },
    async consoleOutput(instanceId) {
      return lastLines(await readConsole(clients.readers.ec2, instanceId), consoleLines)
    },
  }
}
