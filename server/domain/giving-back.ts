import type { PlannedCall } from './call.js'
import type { ClusterState } from './cluster-state.js'
import { markedParts } from './marks.js'
import { pushLabel } from './names.js'
import type { Obligation } from './obligation.js'
import type { Observed } from './observation.js'

/** Every request of giving a cluster back, in order: what is owed first, so that nothing stays held that nobody holds. */
export function givingBackCalls(state: ClusterState, seen: Observed): readonly PlannedCall[] {
  const call = (api: string, what: string): PlannedCall => ({ api, what, kind: 'call' })
  const owed = state.obligations.flatMap((row) => repayment(row, seen).map(([api, what]) => call(api, what)))
  const marks = markedParts(state).map(({ api, of }) =>
    call(`${api} ${api === 'ELBv2' ? 'RemoveTags' : 'DeleteTags'}`, `our marks off ${of}`),
  )
  return [...owed, ...marks]
}

function repayment(
  { kind, object, original, attempted }: Obligation,
  { groups }: Observed,
): (readonly [string, string])[] {
  const present = groups.get(object)?.autoScaling
  if (!present) return []
  if (kind === 'suspended' && 'processes' in original) {
    const ours = attempted.flatMap((value) => ('processes' in value ? value.processes : []))
    const back = [...new Set(ours)].filter((process) => !original.processes.includes(process))
    return back.length > 0
      ? [['Auto Scaling ResumeProcesses', `${pushLabel(object)}: ${back.join(', ')} run again`]]
      : []
  }
  if (kind === 'minSize' && 'min' in original && present.min !== original.min)
    return [
      [
        'Auto Scaling UpdateAutoScalingGroup',
        `${pushLabel(object)}: MinSize ${present.min} → ${original.min}`,
      ],
    ]
  return []
}
