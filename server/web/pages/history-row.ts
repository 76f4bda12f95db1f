import type { Operation } from '../../domain/operation.js'
import { phaseBadge, type Badge } from './badge.js'
import { moment, type Moment } from './moment.js'
import { operationWords } from './operation-item.js'
import { duration } from './words.js'

/** An operation in a cluster's history. */
export interface HistoryRow {
  readonly href: string
  readonly when: Moment
  readonly what: string
  readonly image: string
  readonly who: string
  readonly took: string
  readonly badge: Badge
  readonly end: string
}

export function historyRow(operation: Operation, zone: string, now: Date): HistoryRow {
  const { request, endedAt, requestedAt } = operation
  return {
    href: `/operations/${operation.id}`,
    when: moment(requestedAt, zone, now),
    what: operationWords(operation),
    image: request.image?.name ?? '',
    who: request.reason ? `${request.actor.name}: ${request.reason}` : request.actor.name,
    took: endedAt
      ? duration(endedAt.getTime() - requestedAt.getTime())
      : `${duration(now.getTime() - requestedAt.getTime())} so far`,
    badge: phaseBadge(operation),
    end: operation.endSentence ?? '',
  }
}
