import type { Actor, Operation } from './operation.js'

/** What people are told about. A channel names the kinds that it wants. */
export const notificationKinds = [
  'started',
  'waitingForPerson',
  'switched',
  'rolledBack',
  'gaveUp',
  'halted',
  'warmUnready',
  'warmReady',
  'judgedBad',
  'movedByOthers',
  'destroyed',
  'held',
  'released',
  'baked',
  'bakeFailed',
] as const

export type NotificationKind = (typeof notificationKinds)[number]

/** What a channel is told of where nobody has chosen: everything but that an image is there. */
export const usualKinds: readonly NotificationKind[] = notificationKinds.filter((kind) => kind !== 'baked')

/** Each kind in words, as titles and forms say it. */
export const kindWords: Readonly<Record<NotificationKind, string>> = {
  started: 'started',
  waitingForPerson: 'waits for a person',
  switched: 'switched',
  rolledBack: 'rolled back',
  gaveUp: 'given up',
  halted: 'halted',
  warmUnready: 'warm group lost its readiness',
  warmReady: 'warm group is ready again',
  judgedBad: 'night watch judged the live group bad',
  movedByOthers: 'traffic moved by somebody else',
  destroyed: 'destroyed',
  held: 'held',
  released: 'released',
  baked: 'image baked',
  bakeFailed: 'bake failed',
}

/** One thing that happened, as every channel tells it. */
export interface Notification {
  readonly kind: NotificationKind | 'test'
  /** Null: it is about all of them. */
  readonly application: string | null
  readonly cluster: string | null
  /** What it is about where that is a single server group. */
  readonly group: string | null
  /** `shop-main: switched`. */
  readonly title: string
  readonly sentence: string
  /** Who asked for it; the engine's own name where nobody did. */
  readonly by: string
  /** What they wrote beside it; null where they wrote nothing. */
  readonly reason: string | null
  /** The page that tells the rest, below the console's address. */
  readonly path: string
  readonly at: Date
}

/** A recorded event with what its transaction wrote beside it. */
export interface Happened {
  /** `operation:<id>`, `cluster:<name>`, `bake:<id>` …, as the deploy log files it. */
  readonly stream: string
  readonly type: string
  readonly sentence: string
  readonly actor: Actor
  readonly cluster: string | null
  readonly application: string | null
  /** The group that an event of a cluster names. */
  readonly group: string | null
  /** The operation as it is after the event; null where the event is of none. */
  readonly operation: Operation | null
  /** A person must say what holds in the cluster, since this event. */
  readonly needsPerson: boolean
  readonly at: Date
}

/** What people are told of an event; null where it interests only whoever reads the log. */
export function notificationOf(happened: Happened): Notification | null {
  const { stream, sentence, actor, cluster, application, operation, at } = happened
  const kind = kindOf(happened)
  if (!kind) return null
  const group = happened.group ?? operation?.to ?? null
  const { name, reason } = askedBy(actor, operation)
  return {
    kind,
    application,
    cluster,
    group,
    title: `${subjectOf(happened, kind, group)}: ${kindWords[kind]}`,
    sentence: said(happened, kind) ?? sentence,
    by: name,
    reason,
    path: pathOf(stream, cluster),
    at,
  }
}

function kindOf(happened: Happened): NotificationKind | null {
  const [stream] = happened.stream.split(':')
  if (stream === 'operation' && happened.operation) return kindOfOperation(happened, happened.operation)
  if (stream === 'cluster') return kindOfCluster(happened)
  if (stream === 'bake') return kindOfBake(happened.type)
  if (stream === 'hold') return kindOfHold(happened.type)
  return null
}

/** What is retired or resized is told when it is done, by whom and why; that it was asked for is nobody's news. */
function kindOfOperation({ type }: Happened, operation: Operation): NotificationKind | null {
  const { kind, phase } = operation
  switch (type) {
    case 'Requested':
      return announced(operation) && phase !== 'waiting' ? 'started' : null
    case 'Promoted':
      return announced(operation) ? 'started' : null
    case 'Switched':
      return kind === 'switchBack' ? 'rolledBack' : 'switched'
    case 'Returned':
    case 'Undone':
      return 'rolledBack'
    case 'AbortStarted':
    case 'Declined':
    case 'JudgedBad':
    case 'TestFailed':
    case 'Overridden':
    case 'Refused':
      return 'gaveUp'
    case 'JudgedUnsure':
      return phase === 'aborting' ? 'gaveUp' : null
    case 'Halted':
      return 'halted'
    case 'Destroyed':
      return 'destroyed'
    case 'Succeeded':
      return kind === 'decommission' ? 'destroyed' : null
    case 'CancelRequested':
    case 'FenceStarted':
      return null
    default:
      return phase === 'approving' ? 'waitingForPerson' : null
  }
}

const announced = ({ kind }: Operation) => !['destroy', 'resize', 'adopt', 'giveBack'].includes(kind)

function kindOfCluster({ type, needsPerson }: Happened): NotificationKind | null {
  switch (type) {
    case 'WarmDegraded':
    case 'GroupLost':
      return 'warmUnready'
    case 'WarmReady':
      return 'warmReady'
    case 'LiveJudgedBad':
      return 'judgedBad'
    case 'Drifted':
      return needsPerson ? 'waitingForPerson' : 'movedByOthers'
    default:
      return null
  }
}

function kindOfBake(type: string): NotificationKind | null {
  if (type === 'Baked' || type === 'Reused') return 'baked'
  return type === 'Failed' ? 'bakeFailed' : null
}

/** Holds, stops, windows and freezes alike: what may start has changed. */
function kindOfHold(type: string): NotificationKind | null {
  if (/(Placed|Added)$/.test(type)) return 'held'
  return /(Released|Removed)$/.test(type) ? 'released' : null
}

function subjectOf({ cluster, application }: Happened, kind: NotificationKind, group: string | null): string {
  const wholeCluster = kind !== 'destroyed' && kind !== 'warmUnready' && kind !== 'warmReady'
  return (wholeCluster ? null : group) ?? cluster ?? application ?? 'everything'
}

/** Whoever asked for the operation, or for its end, rather than the engine that carries it out. */
function askedBy(actor: Actor, operation: Operation | null): { name: string; reason: string | null } {
  const asked = actor.via === 'engine' && operation ? operation.request.actor : actor
  const cancelled = actor.via === 'engine' ? operation?.cancelRequested?.by : undefined
  return { name: cancelled ?? asked.name, reason: operation?.request.reason.trim() || null }
}

/** Where an event's own sentence leaves out what everybody on the page sees. */
function said({ type, sentence }: Happened, kind: NotificationKind): string | null {
  if (kind === 'waitingForPerson' && type !== 'Drifted')
    return `${sentence} A person must approve the switch or decline it.`
  return null
}

function pathOf(stream: string, cluster: string | null): string {
  const at = stream.indexOf(':')
  const [kind, id] = [stream.slice(0, at), encodeURIComponent(stream.slice(at + 1))]
  if (kind === 'operation') return `/operations/${id}`
  if (kind === 'bake') return `/bakes/${id}`
  if (kind === 'hold') return '/holds'
  return cluster ? `/clusters/${encodeURIComponent(cluster)}` : '/log'
}

/** What a person sends to see whether a channel works. */
export function testNotification(by: string, application: string | null, at: Date): Notification {
  return {
    kind: 'test',
    application,
    cluster: null,
    group: null,
    title: 'Delling: test message',
    sentence: `${by} sent this to see whether the channel works. Nothing has happened.`,
    by,
    reason: null,
    path: '/settings/notifications',
    at,
  }
}
