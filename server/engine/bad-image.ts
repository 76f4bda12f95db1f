import { groupNamed, type ClusterState } from '../domain/cluster-state.js'
import type { Deed } from '../domain/decide-turn.js'
import type { Parts } from './parts.js'
import type { Change } from './ports.js'

/** The image to be remembered as bad: its group was left for its fault, or failed for it before it carried anything. */
export async function badImage(
  parts: Parts,
  state: ClusterState,
  deed: Deed,
  at: Date,
): Promise<Pick<Change, 'imageBad'>> {
  const blamed = deed.kind === 'record' ? blamedGroup(deed) : null
  const group = groupNamed(state, blamed?.group ?? null)
  const image = group ? await parts.history.image(group.image.imageId) : null
  if (!blamed || !group || !image) return {}
  return { imageBad: { imageId: image.imageId, bad: { reason: blamed.reason, group: group.name, at } } }
}

function blamedGroup({
  operation,
  event,
}: Deed & { kind: 'record' }): { group: string; reason: string } | null {
  if (event.type === 'Returned') return { group: event.to, reason: event.reason }
  if (event.type === 'Switched' && event.leftAs === 'rejected' && event.from)
    return { group: event.from, reason: operation.request.reason || 'switched away from' }
  if (
    event.type === 'Aborted' &&
    operation.endsAs === 'failed' &&
    !operation.sparesImage &&
    operation.to &&
    operation.kind !== 'switchBack'
  )
    return { group: operation.to, reason: operation.reason ?? 'never got registered' }
  return null
}
