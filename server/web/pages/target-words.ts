import type { RuleOwner } from '../../domain/rule-owner.js'
import type { TargetGroupView } from '../../domain/target-group-view.js'

/** Colour and glyph of a state that AWS gives a target. */
const looks: Readonly<Record<string, { readonly k: string; readonly glyph: string }>> = {
  healthy: { k: 'k-good', glyph: 'check' },
  initial: { k: 'k-idle', glyph: 'later' },
  draining: { k: 'k-idle', glyph: 'retiring' },
  unused: { k: 'k-idle', glyph: 'later' },
}
const sick = { k: 'k-bad', glyph: 'cross' }

export function targetLook(state: string) {
  return looks[state] ?? sick
}

/** `unused` is AWS's word for a target that nothing leads to, so that nobody checks it. */
export function targetWord(state: string): string {
  return state === 'unused' ? 'not checked' : state
}

/** Said where the health of a target group is not known: its turn comes in one of the next looks at the account. */
export const notAskedYet = 'health not asked for yet'

export interface StateFact {
  readonly k: string
  readonly glyph: string
  readonly says: string
}

type Health = Pick<TargetGroupView, 'isHealthSeen' | 'counts'>

/** `3 healthy`, `1 unhealthy`: a fact for each state. */
export function stateFacts({ isHealthSeen, counts }: Health): readonly StateFact[] {
  if (!isHealthSeen) return [{ k: 'k-idle', glyph: 'later', says: notAskedYet }]
  return counts.map(({ state, count }) => ({ ...targetLook(state), says: `${count} ${targetWord(state)}` }))
}

/** `1a 2 of 2, 1b 1 of 2`; a dash where zones are not known. */
export function zoneWords({ zones }: Pick<TargetGroupView, 'zones'>): string {
  return (
    zones.map(({ zone, healthy, targets }) => `${shortZone(zone)} ${healthy} of ${targets}`).join(', ') || '–'
  )
}

/** `eu-west-1a` → `1a`: the region is named on every page. */
export function shortZone(zone: string): string {
  return zone.replace(/^[a-z]+-[a-z]+-(?=\d)/, '')
}

export const targetGroupHref = (name: string) => `/target-groups/${encodeURIComponent(name)}`
export const balancerHref = (name: string) => `/load-balancers/${encodeURIComponent(name)}`
export const instanceHref = (id: string) => `/instances/${encodeURIComponent(id)}`

/** The cluster's page, where a rule is one of ours. */
export function ownerHref({ cluster, kind }: RuleOwner): string | null {
  return cluster !== null && (kind === 'cluster' || kind === 'test') ? `/clusters/${cluster}` : null
}

/** A setting in seconds; AWS tells attributes that it has, and no others. */
export const secondsOr = (seconds: number | null) => (seconds === null ? 'not told' : `${seconds} s`)
