import type { Operation, OperationKind, Phase } from './operation.js'

/** Up to the switch nothing has moved. A destroy or a decommission may stand still anywhere: what it is about carries nothing. */
const untilSwitch: readonly Phase[] = [
  'queued',
  'preparing',
  'launching',
  'registering',
  'testing',
  'canary',
  'approving',
  'pinning',
]
const phases: Readonly<Record<OperationKind, readonly Phase[]>> = {
  create: untilSwitch,
  deploy: untilSwitch,
  switchBack: [],
  destroy: ['queued', 'delisting', 'draining', 'shrinking', 'deleting', 'verifying'],
  decommission: ['queued', 'parking', 'quieting', 'retiring', 'clearing'],
  resize: ['queued', 'sizing'],
  adopt: ['queued', 'marking'],
  giveBack: ['queued', 'unmarking'],
}

/** Phases in which an operation can stand still between two steps without leaving anything half done. */
export function isPausable({ kind, phase }: Pick<Operation, 'kind' | 'phase'>): boolean {
  // A newer version's kind is not this one's to pause.
  return kind in phases && phases[kind].includes(phase)
}
