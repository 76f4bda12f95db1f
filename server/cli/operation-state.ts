import type { WayOn } from './exits.js'
import { shortTime } from './short-time.js'

/** Of an operation, as much as tells where it stands. */
export interface Standing {
  readonly id: string
  readonly kind: string
  readonly phase: string
  readonly wait?: { readonly sentence: string; readonly until?: string | null } | null
  /** Absent from a console of before. */
  readonly paused?: { readonly by: string; readonly since: string } | null
}

const kinds: Readonly<Record<string, string>> = {
  switchBack: 'switch back',
  adopt: 'adoption',
  giveBack: 'giving back',
}

/** `deploy`, `switch back`: an operation's kind in words. A newer version's kind stays as it is. */
export const kindWords = (kind: string): string => kinds[kind] ?? kind

/** Its phase, or that it is paused in it. */
export function stateWords({ phase, paused }: Standing): string {
  if (paused) return `paused, ${phaseWords(phase)}`
  return phaseWords(phase)
}

const phases: Readonly<Record<string, string>> = {
  waiting: 'queued',
  approving: 'waiting for approval',
  rolledBack: 'rolled back',
}

/** A phase in words where its name is none. */
export const phaseWords = (phase: string): string => phases[phase] ?? phase

/** What it waits for, and until when; blank where it waits for nothing that it has said. */
export function waitWords({ wait, paused }: Standing): string {
  if (!wait) return ''
  // No deadline passes while it is paused.
  const until = wait.until && !paused ? `, until ${shortTime(wait.until)}` : ''
  return `${wait.sentence.replace(/\.$/, until === '' ? '.' : '')}${until}`
}

/** The commands that let it go on where it stands still for a person. */
export function waysOn({ id, phase, paused }: Standing): readonly WayOn[] {
  if (paused) return [{ label: 'Go on', command: `npx delling resume ${id}` }]
  if (phase !== 'approving') return []
  return [
    { label: 'Approve', command: `npx delling approve ${id} --reason "…"` },
    { label: 'Decline', command: `npx delling decline ${id} --reason "…"` },
  ]
}
