import type { Actor, Operation, OperationEvent } from '../domain/operation.js'
import { effectsOf } from '../domain/operation-effects.js'
import { Refusal } from '../domain/refusal.js'
import { operationEvent } from './operation-event.js'
import type { Parts } from './parts.js'
import { invalid } from './validate.js'

/** A person says that the traffic may be switched. Throws Refusal where nothing waits for that word. */
export function approveOperation(parts: Parts, actor: Actor, id: string, reason: string): Promise<Operation> {
  return decide(parts, actor, id, { type: 'Approved', by: actor.name, reason })
}

/** A person says that it may not: the deployment ends, its group is kept to be looked at. Throws Refusal. */
export function declineOperation(parts: Parts, actor: Actor, id: string, reason: string): Promise<Operation> {
  return decide(parts, actor, id, { type: 'Declined', by: actor.name, reason })
}

async function decide(
  parts: Parts,
  actor: Actor,
  id: string,
  event: OperationEvent & { type: 'Approved' | 'Declined' },
): Promise<Operation> {
  if (!event.reason.trim())
    throw invalid('reason', 'Write down why: whoever reads the deploy log later wants to know.')
  const known = await parts.history.operation(id)
  if (!known)
    throw new Refusal('UnknownOperation', `There is no operation ${id}. Nothing was changed.`, 'notFound')
  return parts.store.request(known.cluster, (state) => {
    const operation = state?.operations.find((candidate) => candidate.id === id)
    if (!state || operation?.phase !== 'approving' || operation.cancelRequested)
      throw notAwaited(operation ?? known)
    const change = effectsOf(state, operation, event, parts.clock.now())
    return {
      change: { ...change, events: [operationEvent(state, id, event, actor)] },
      result: change.operations?.[0] ?? operation,
    }
  })
}

function notAwaited({ id, kind, phase, cancelRequested }: Operation): Refusal {
  const where = cancelRequested && phase === 'approving' ? `cancelled by ${cancelRequested.by}` : phase
  return new Refusal(
    'NotApproving',
    `That ${kind} is ${where}; it does not wait for approval. Nothing was changed.`,
    'conflict',
    {
      ways: [
        { label: `Follow the ${kind}`, href: `/operations/${id}`, command: `delling operations show ${id}` },
      ],
    },
  )
}
