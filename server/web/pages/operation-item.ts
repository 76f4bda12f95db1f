import { pushLabel } from '../../domain/names.js'
import type { Operation, OperationKind } from '../../domain/operation.js'
import { phaseBadge, type Badge } from './badge.js'
import { deadline, type Moment } from './moment.js'
import { asSentence } from './words.js'

/** An operation in a list: what it is, where it stands, what it waits for. */
export interface OperationItem {
  readonly id: string
  readonly href: string
  readonly label: string
  readonly badge: Badge
  readonly sentence: string
  readonly until: Moment | null
}

const verbs = {
  create: 'create',
  deploy: 'deploy',
  switchBack: 'switch back to',
  destroy: 'destroy',
  resize: 'resize',
  decommission: 'decommission',
  adopt: 'adopt',
  giveBack: 'give back',
} as const
/** A newer version's kind has no words here. */
const verbOf = (kind: OperationKind) => (kind in verbs ? verbs[kind] : kind)

/** `deploy v013`, `switch back to v011`. */
export function operationWords(operation: Operation): string {
  const group = operation.to ?? operation.request.group ?? null
  return group
    ? `${verbOf(operation.kind)} ${pushLabel(group)}`
    : `${verbOf(operation.kind)} ${operation.cluster}`
}

export function operationItem(
  operation: Operation,
  zone: string,
  now: Date,
  paceDivisor: number,
): OperationItem {
  return {
    id: operation.id,
    href: `/operations/${operation.id}`,
    label: `${operation.cluster}: ${operationWords(operation)}`,
    badge: phaseBadge(operation),
    sentence: asSentence(operation.wait?.sentence ?? operation.reason ?? ''),
    until: operation.wait?.until ? deadline(operation.wait.until, zone, now, paceDivisor) : null,
  }
}
