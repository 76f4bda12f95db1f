import type { HeldLease } from './held-lease.js'
import {
  CallRefused,
  CallUnclear,
  Fenced,
  type Answer,
  type Answered,
  type Change,
  type NewIntent,
  type Store,
} from './ports.js'

/** How one request ended, with what its intent is answered. */
export type Sent =
  | { readonly answer: Answer; readonly answered: Answered }
  | { readonly answer: null; readonly answered: Answered; readonly failure: unknown }

/**
 * Sends a recorded request once. Fenced counts as *not sent* only on the way to AWS; whoever can't record what is given back
 * here, because the lease is gone by then, leaves the request unanswered, until a look shows what it did.
 */
export async function sentOnce(perform: () => Promise<Answer>): Promise<Sent> {
  try {
    const answer = await perform()
    return { answer, answered: { answered: 'ok', requestId: answer.requestId, message: null } }
  } catch (failure) {
    return { answer: null, answered: answeredBy(failure), failure }
  }
}

/** Under which lease a request outside of clusters is recorded and sent. */
export type SendingLease = Pick<HeldLease, 'current' | 'signal' | 'check'>

/** A request outside of clusters, from its record to the record of its answer. */
export interface Recorded {
  readonly intent: NewIntent
  /** Written together with the intent. */
  readonly change?: Change
  readonly perform: (beforeSend: () => void, signal: AbortSignal) => Promise<Answer>
  /** What is written together with the answer. Not asked where the failure is one that nobody foresaw. */
  readonly learnt: (sent: Sent) => Change | Promise<Change>
}

/**
 * Intent, then the request, then its answer. Throws what nobody foresaw once it is written down, and Fenced where the lease is
 * gone by then: whoever has it looks for himself.
 */
export async function sendRecorded(
  store: Pick<Store, 'commitTurn' | 'answerIntent'>,
  lease: SendingLease,
  { intent, change, perform, learnt }: Recorded,
): Promise<Sent> {
  await store.commitTurn(lease.current, null, { ...change, intent })
  const sent = await sentOnce(() => perform(() => lease.check(), lease.signal))
  const isForeseen = sent.answer !== null || isForeseenFailure(sent.failure)
  await store.answerIntent(lease.current, intent.id, sent.answered, isForeseen ? await learnt(sent) : {})
  if (!isForeseen) throw sent.failure
  return sent
}

function isForeseenFailure(failure: unknown): boolean {
  return failure instanceof CallRefused || failure instanceof CallUnclear || failure instanceof Fenced
}

function answeredBy(failure: unknown): Answered {
  if (failure instanceof CallRefused) {
    const { requestId, code, message } = failure
    return { answered: 'refused', requestId, message: `${code}: ${message}` }
  }
  const message = failure instanceof Error ? failure.message : String(failure)
  return { answered: failure instanceof Fenced ? 'not sent' : 'unclear', requestId: null, message }
}
