/** Which thing differs. One of a kind for each group; the weights are the cluster's. */
export type DifferenceKind =
  'weights' | 'size' | 'processes' | 'targetGroup' | 'launchTemplate' | 'group' | 'stranger'

/** A difference between the records and AWS, as it was noted when it had lasted. */
export interface NotedDifference {
  readonly kind: DifferenceKind
  /** The group that it is about; the cluster for its weights. */
  readonly subject: string
  readonly what: string
  readonly expected: string
  readonly found: string
  readonly who: string | null
  readonly since: Date
}

/** A person's word about a difference: only for what was found then; anything else is a new difference. */
export interface DriftWord {
  readonly kind: DifferenceKind
  readonly subject: string
  readonly found: string
  readonly by: string
  readonly at: Date
}

/** What a cluster remembers of what others changed. */
export interface DriftMemory {
  readonly noted: readonly NotedDifference[]
  /** Told to be left as it is. */
  readonly left: readonly DriftWord[]
  /** Asked to be undone, until the engine has. */
  readonly undo: readonly DriftWord[]
}

const nothing: DriftMemory = { noted: [], left: [], undo: [] }

/** Whoever remembers: clusters recorded before drift was kept have no such field. */
interface Remembers {
  readonly drift?: DriftMemory
}

export function driftMemory(cluster: Remembers): DriftMemory {
  return cluster.drift ?? nothing
}

type Keyed = Pick<NotedDifference, 'kind' | 'subject'>

/** One difference of a kind for each subject: the key under which it is remembered and asked for. */
export function differenceKey({ kind, subject }: Keyed): string {
  return `${kind} ${subject}`
}

export function isAbout(a: Keyed, b: Keyed): boolean {
  return a.kind === b.kind && a.subject === b.subject
}

export function withNoted<C extends Remembers>(cluster: C, noted: NotedDifference): C {
  const memory = driftMemory(cluster)
  const others = memory.noted.filter((each) => !isAbout(each, noted))
  return { ...cluster, drift: { ...memory, noted: [...others, noted] } }
}

/** What is over is forgotten with every word about it. */
export function withoutDifference<C extends Remembers>(cluster: C, gone: Keyed): C {
  const { noted, left, undo } = driftMemory(cluster)
  const drop = <Row extends Keyed>(rows: readonly Row[]) => rows.filter((row) => !isAbout(row, gone))
  return { ...cluster, drift: { noted: drop(noted), left: drop(left), undo: drop(undo) } }
}

export function withWord<C extends Remembers>(cluster: C, list: 'left' | 'undo', word: DriftWord): C {
  const memory = driftMemory(cluster)
  const others = memory[list].filter((each) => !isAbout(each, word))
  return { ...cluster, drift: { ...memory, [list]: [...others, word] } }
}
