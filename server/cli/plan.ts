import { changesText, type ChangesDocument } from './changes-text.js'
import { fieldWords } from './field-words.js'
import type { Output } from './output.js'

/** What would be done, as the API tells it for a cluster, a deployment and a roll back. */
export interface PlanDocument {
  readonly from?: string | null
  readonly to?: string | null
  readonly names?: Readonly<Record<string, string>>
  readonly plan: readonly { readonly api: string; readonly what: string }[]
  readonly warnings?: readonly string[]
  readonly ends?: string
  readonly differences?: readonly { readonly what: string; readonly was: string; readonly will: string }[]
  readonly changes?: ChangesDocument | null
  readonly obstacles?: readonly { readonly sentence: string }[]
  readonly mayStartAt?: string | null
}

/** Shows a plan; nothing has been changed by asking for it. */
export function showPlan(output: Output, document: PlanDocument): void {
  const { from, to, names = {}, plan, warnings = [], ends, differences = [] } = document
  output.result(document, [
    ...(to ? [`${from ?? 'nothing'} → ${to}`] : []),
    ...Object.entries(names).map(([what, name]) => `${fieldWords(what)}: ${name}`),
    ...differences.map(({ what, was, will }) => `${what}: ${was} → ${will}`),
    ...(document.changes ? changesText(document.changes) : []),
    'These calls, in this order:',
    ...callLines(plan),
    ...warnings.map((warning) => `Mind: ${warning}`),
    ...(ends ? [ends] : []),
    ...startLines(document),
    'Nothing was changed.',
  ])
}

/** Calls, numbered. */
export function callLines(plan: PlanDocument['plan']): readonly string[] {
  return plan.map((call, index) => `${String(index + 1).padStart(3)}. ${call.api} – ${call.what}`)
}

/** What keeps a planned change from starting now, and until when; nothing where it may start. */
export function startLines({
  obstacles = [],
  mayStartAt,
}: Pick<PlanDocument, 'obstacles' | 'mayStartAt'>): readonly string[] {
  return [
    ...obstacles.map(({ sentence }) => `May not start now: ${sentence}`),
    ...(obstacles.length > 0 ? [`It may start ${startText(mayStartAt)}.`] : []),
  ]
}

function startText(mayStartAt: string | null | undefined): string {
  return mayStartAt ? `from ${mayStartAt} on` : 'when a person lets it'
}
