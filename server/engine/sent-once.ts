import { CallRefused, Fenced, type Answer, type Answered } from './ports.js'

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

function answeredBy(failure: unknown): Answered {
  if (failure instanceof CallRefused) {
    const { requestId, code, message } = failure
    return { answered: 'refused', requestId, message: `${code}: ${message}` }
  }
  const message = failure instanceof Error ? failure.message : String(failure)
  return { answered: failure instanceof Fenced ? 'not sent' : 'unclear', requestId: null, message }
}
