import { openObligation, type ClusterState } from './cluster-state.js'
import type { Difference, DriftScene } from './difference.js'
import { sizingProcesses } from './group-steps.js'
import type { ObservedAutoScalingGroup } from './observation.js'
import type { ServerGroup } from './server-group.js'

/** Processes that somebody suspended beside ours, or resumed on a warm group and goes on resuming. */
export function processDifference(
  { state }: DriftScene,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
): Difference | null {
  const wanted = wantedOn(group)
  const extra = processesToResume(state, group, present)
  const missing = wanted.filter((process) => !present.suspended.includes(process))
  if (extra.length === 0 && missing.length === 0) return null
  return {
    kind: 'processes',
    subject: group.name,
    what: `Suspended processes of ${group.name}`,
    expected: listed(wanted),
    found: listed([...present.suspended].sort()),
    who: null,
    ways:
      extra.length > 0
        ? [
            {
              act: 'adopt',
              effect: `${listed(extra)} stays suspended and is taken as meant. ${whatItMeans(group, extra)}`,
              reason: null,
            },
            { act: 'undo', effect: `ResumeProcesses lets ${listed(extra)} run again.`, reason: null },
          ]
        : [
            {
              act: 'undo',
              effect: `SuspendProcesses suspends ${listed(missing)} again.`,
              reason: 'Delling suspends them again by itself: a warm group must not shrink.',
            },
          ],
  }
}

/** The processes that an undo resumes: those that are suspended beside ours. */
export function processesToResume(
  state: ClusterState,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
): readonly string[] {
  const row = openObligation(state, group.name, 'suspended')
  const owed = (row?.attempted ?? []).flatMap((value) => ('processes' in value ? value.processes : []))
  const wanted = wantedOn(group)
  const meant = [...wanted, ...owed, ...(group.suspendedFromStart ?? [])]
  return present.suspended.filter((process) => !meant.includes(process))
}

function wantedOn(group: ServerGroup): readonly string[] {
  return group.role === 'warm' ? sizingProcesses : []
}

function whatItMeans(group: ServerGroup, processes: readonly string[]): string {
  if (
    processes.some((process) => ['Launch', 'Terminate', 'ReplaceUnhealthy', 'HealthCheck'].includes(process))
  )
    return `${group.name} does not heal meanwhile.`
  return group.role === 'live' ? `${group.name} is not resized by itself meanwhile.` : ''
}

function listed(processes: readonly string[]): string {
  return processes.length > 0 ? processes.join(', ') : 'none'
}
