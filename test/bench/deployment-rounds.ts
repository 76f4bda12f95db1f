import type { CallsMade } from './aws-calls.js'
import { callsBetween } from './aws-calls.js'
import { recordedAtMs, run, type EndedOperation } from './operations.js'
import type { RunningDelling } from './running-delling.js'

/** How long the steps of one deployment and of the switch back after it took. */
export interface Round {
  readonly requestToMadeMs: number
  readonly madeToRegisteredMs: number
  readonly registeredToSwitchedMs: number
  readonly requestToSwitchedMs: number
  readonly requestToEndMs: number
  readonly rollbackToSwitchedMs: number
  readonly calls: CallsMade
}

/**
 * Deploys, switches back, destroys what was deployed, so that each round starts from the same: one live group and none
 * beside it. Nothing else is asked of the console meanwhile than how far the operation is.
 */
export async function measureRound(delling: RunningDelling, cluster: string, image: string): Promise<Round> {
  const { api, control } = delling
  const before = await control.callCounts()
  const deployment = await run(api, `/clusters/${cluster}/deployments`, { image, reason: 'bench' })
  const calls = callsBetween(before, await control.callCounts())
  const back = await run(api, `/clusters/${cluster}/rollback`, { reason: 'bench' })
  await run(api, `/groups/${deployment.to ?? ''}/destroy`, { reason: 'bench' })
  return { ...stepsOf(deployment), rollbackToSwitchedMs: sinceSent(back, 'Switched'), calls }
}

function stepsOf(deployment: EndedOperation) {
  const registeredMs = sinceSent(deployment, 'NextRegistered')
  const madeMs = sinceSent(deployment, 'NextSeen')
  const switchedMs = sinceSent(deployment, 'Switched')
  return {
    requestToMadeMs: madeMs,
    madeToRegisteredMs: registeredMs - madeMs,
    registeredToSwitchedMs: switchedMs - registeredMs,
    requestToSwitchedMs: switchedMs,
    requestToEndMs: sinceSent(deployment, 'Succeeded'),
  }
}

function sinceSent(operation: EndedOperation, event: string): number {
  return recordedAtMs(operation, event) - operation.sentAtMs
}
