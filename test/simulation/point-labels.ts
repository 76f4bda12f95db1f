import type { Call } from '../../server/domain/call.js'
import type { Change } from '../../server/engine/ports.js'

/** How a point where a process may die names the request that it is about. */
export function callLabel(call: Call): string {
  return call.type === 'ModifyRule' ? `ModifyRule (${call.purpose})` : call.type
}

/** How it names a record. */
export function changeLabel({ events = [], intent }: Change): string {
  return [...events.map(({ event }) => event.type), ...(intent ? [callLabel(intent.call)] : [])].join(' + ')
}

/** The operation or bake that a record belongs to; null for the cluster's own. */
export function operationOf({ events = [], intent, bake }: Change): string | null {
  if (bake) return bake.id
  const stream = events.find((event) => event.stream.startsWith('operation:'))?.stream
  return intent?.operationId ?? stream?.slice('operation:'.length) ?? null
}
