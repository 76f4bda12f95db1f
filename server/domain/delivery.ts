import type { Notification } from './notification.js'

/** `waiting`: not delivered yet, whether it was tried or not. The others are ends, until somebody asks for one more try. */
export type DeliveryState = 'waiting' | 'delivered' | 'givenUp'

/** One notification on its way to one channel. Its id is the same in every try, so that a receiver knows repeats. */
export interface Delivery {
  readonly id: string
  readonly channelId: string
  readonly notification: Notification
  readonly state: DeliveryState
  /** Tries that were begun; one that died in the middle counts. */
  readonly tries: number
  readonly createdAt: Date
  /** Null once it is at its end. */
  readonly nextTryAt: Date | null
  readonly giveUpAt: Date
  readonly lastTryAt: Date | null
  /** What came of the last try, in a sentence; null before the first. */
  readonly lastAnswer: string | null
}

/** How one try went. */
export type TryOutcome =
  | { readonly kind: 'delivered'; readonly answer: string }
  /** `retryAfterMs`: how long the receiver asked to be left alone; null where it did not say. */
  | { readonly kind: 'failed'; readonly answer: string; readonly retryAfterMs: number | null }
  /** The receiver wants no more of these, ever. */
  | { readonly kind: 'gone'; readonly answer: string }

const firstWaitMs = 5000
const longestWaitMs = 4 * 3_600_000

/**
 * How long to wait after so many tries: twice as long each time, up to four hours, and between half and all of it, so that
 * what failed together does not come back together. What the receiver asked for is honoured within the same bound.
 */
export function waitAfter(tries: number, random: number, retryAfterMs: number | null): number {
  const full = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries - 1, 30))
  const jittered = full / 2 + (full / 2) * random
  return Math.round(Math.max(jittered, Math.min(retryAfterMs ?? 0, longestWaitMs)))
}

/** What a HTTP answer means: 2xx is taken, 410 ends the channel, everything else is tried again. */
export function outcomeOf(status: number, said: string, retryAfterMs: number | null): TryOutcome {
  const answer = `answered ${status}${said ? `: ${said}` : ''}`
  if (status >= 200 && status < 300) return { kind: 'delivered', answer }
  if (status === 410) return { kind: 'gone', answer }
  if (status >= 300 && status < 400)
    return { kind: 'failed', answer: `answered ${status}; redirects are not followed`, retryAfterMs: null }
  return { kind: 'failed', answer, retryAfterMs }
}

const mostSaid = 80

/** The beginning of what a stranger's server said, as one line of plain text. */
export function quotable(text: string): string {
  const line = text
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim()
  return line.length > mostSaid ? `${line.slice(0, mostSaid)}…` : line
}
