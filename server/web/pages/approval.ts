import { pushLabel } from '../../domain/names.js'
import type { Operation } from '../../domain/operation.js'

/** The two buttons of an operation that waits for a person's word, and what each leads to. */
export interface Approval {
  readonly id: string
  readonly approves: string
  readonly declines: string
  readonly says: string
}

export function approvalOf(operation: Operation): Approval | null {
  if (operation.phase !== 'approving' || operation.cancelRequested) return null
  const [from, to] = [pushLabel(operation.from ?? ''), pushLabel(operation.to ?? '')]
  return {
    id: operation.id,
    approves: `Approve: switch to ${to}`,
    declines: `Decline ${to}`,
    says: `Approved, all traffic goes to ${to} and ${from} stays warm. Declined, ${from} keeps it and ${to} is kept to be looked at.`,
  }
}
