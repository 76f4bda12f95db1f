import { evidenceOfHarm, type AnswerCount } from './error-evidence.js'
import { pushLabel } from './names.js'
import type { Operation } from './operation.js'
import { neededFor, registeredPart } from './readiness.js'
import { observedOf, type Turn } from './turn.js'

/** What the figures of a canary say so far; the sentence names them. */
export interface Verdict {
  readonly kind: 'well' | 'bad' | 'unsure'
  readonly sentence: string
}

/** One false alarm in a hundred canaries that are as good as what they replace. */
const convincing = 100
/** Evidence of a difference that nobody would notice is not held against a release. */
const noticeable = 1.1
/** The share of its instances below which the next group is judged sick. */
const sickShare = 0.5

/** Compares the answers of both groups since the next one first carried something. Counts that are null could not be read. */
export function judgeAnswers(
  next: readonly AnswerCount[] | null,
  previous: readonly AnswerCount[] | null,
  names: { readonly next: string; readonly previous: string },
  minRequests: number,
): Verdict {
  if (!next || !previous) {
    const sentence = 'CloudWatch did not say what the groups answered'
    return { kind: minRequests === 0 ? 'well' : 'unsure', sentence }
  }
  const [ours, theirs] = [totalOf(next), totalOf(previous)]
  const sentence = `${names.next} answered ${requestsText(ours)}; ${names.previous} ${requestsText(theirs)}`
  const worse = rateOf(ours) > noticeable * rateOf(theirs)
  if (worse && evidenceOfHarm(next, previous) >= convincing) return { kind: 'bad', sentence }
  return ours.requests < minRequests
    ? { kind: 'unsure', sentence: `${sentence}; at least ${minRequests} are needed to judge` }
    : { kind: 'well', sentence }
}

/** The verdict on a deployment that sends a share of the traffic to its next group, by what this look shows. */
export function verdictOf(turn: Turn, operation: Operation): Verdict {
  const { from, to } = operation
  const names = { next: pushLabel(to ?? ''), previous: pushLabel(from ?? '') }
  const minRequests = operation.request.trials?.canary?.minRequests ?? 0
  return judgeAnswers(
    observedOf(turn, to)?.answers ?? null,
    observedOf(turn, from)?.answers ?? null,
    names,
    minRequests,
  )
}

/** Why the next group must not carry its share any longer, by its health; null while it may. */
export function reasonUnwell(turn: Turn, operation: Operation, percent: number): string | null {
  const [to, from] = [observedOf(turn, operation.to), observedOf(turn, operation.from)]
  const healthy = to ? registeredPart(to).instanceIds.length : 0
  const needed = neededFor(to)
  const carried = Math.max(1, Math.ceil((percent * neededFor(from)) / 100))
  const says = `only ${healthy} of ${needed} targets of ${pushLabel(operation.to ?? '')} are healthy`
  if (healthy < carried) return `${says}, and ${percent} % of the traffic takes ${carried}`
  const others = from ? registeredPart(from).instanceIds.length / Math.max(1, neededFor(from)) : 0
  const own = healthy / Math.max(1, needed)
  return own < sickShare && own < others ? says : null
}

function totalOf(counts: readonly AnswerCount[]) {
  return {
    requests: counts.reduce((sum, { requests }) => sum + requests, 0),
    errors: counts.reduce((sum, { errors }) => sum + errors, 0),
  }
}

function rateOf({ requests, errors }: { requests: number; errors: number }): number {
  return requests > 0 ? errors / requests : 0
}

function requestsText(total: { requests: number; errors: number }): string {
  const { requests } = total
  if (requests === 0) return 'no request'
  const percent = Math.round(rateOf(total) * 1000) / 10
  return `${requests} request${requests === 1 ? '' : 's'}, ${percent} % of them with a 5xx`
}
