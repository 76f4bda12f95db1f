import type { CarryFacts } from './carry-over.js'
import { groupNamed, openObligation, type ClusterState } from './cluster-state.js'
import { launchedWith } from './launched-with.js'

/** What of the records decides what is taken from a group: the settings, and which suspensions are only ours. */
export function carryFacts(state: ClusterState, from: string, to: string): CarryFacts {
  const row = openObligation(state, from, 'suspended')
  const attempted = (row?.attempted ?? []).flatMap((value) => ('processes' in value ? value.processes : []))
  const original = row && 'processes' in row.original ? row.original.processes : []
  return {
    to,
    scaling: state.cluster.settings.scaling,
    scalingOfFrom: launchedWith(state, groupNamed(state, from)).scaling,
    suspendedByUs: attempted.filter((process) => !original.includes(process)),
  }
}
