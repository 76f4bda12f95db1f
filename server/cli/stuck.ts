import type { ConsoleApi } from './console-api.js'
import type { WayOn } from './exits.js'

/** Why an operation can't go on until a person does something, and what that is. */
export interface Stuck {
  readonly sentence: string
  readonly ways: readonly WayOn[]
}

interface Looked {
  readonly id: string
  readonly kind: string
  readonly cluster: string
  readonly phase: string
  readonly ended: boolean
  readonly reason: string | null
}

/** A cluster as the list of clusters has it, which costs no call of AWS. */
export interface ListedCluster {
  readonly name: string
  readonly image?: string | null
  readonly needsPerson: string | null
  readonly active?: { readonly id: string; readonly kind: string; readonly phase: string } | null
}

export const listClusters = (api: ConsoleApi): Promise<readonly ListedCluster[]> =>
  api.list<ListedCluster>('/clusters', 'clusters')

/** Null while it can go on. Asks for the cluster only where the operation's own phase does not tell. */
export async function whyStuck(api: ConsoleApi, operation: Looked): Promise<Stuck | null> {
  const { id, kind, cluster, phase, ended, reason } = operation
  if (ended) return null
  if (phase === 'halted') return { sentence: reason ?? 'It halted.', ways: [resumeWay(id)] }
  if (phase !== 'waiting' && kind !== 'destroy') return null
  const clusters = await listClusters(api)
  const listed = clusters.find(({ name }) => name === cluster)
  return listed === undefined ? null : stuckIn(listed, phase)
}

/** One that waits in the queue, or destroys, does not halt: it stands still while its cluster needs a person. */
function stuckIn({ name, needsPerson, active }: ListedCluster, phase: string): Stuck | null {
  if (active?.phase === 'halted' && (needsPerson !== null || phase === 'waiting')) {
    const sentence = needsPerson ?? `It waits behind the ${active.kind} ${active.id}, which halted.`
    return { sentence, ways: [resumeWay(active.id)] }
  }
  // What runs there may yet put the rule back, or be halted by it: then its own phase says so.
  if (needsPerson === null || active) return null
  const look = { label: 'See what differs and the ways out', command: `npx delling drift ${name}` }
  const restore = { label: 'Put the rule back', command: `npx delling undo ${name} weights` }
  return { sentence: needsPerson, ways: [look, restore] }
}

const resumeWay = (id: string): WayOn => ({
  label: 'It needs a person',
  command: `npx delling resume ${id} --choice again|accept|restore`,
})
