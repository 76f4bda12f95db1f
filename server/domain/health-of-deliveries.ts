import { care, good, orGood, plural, type HealthFinding } from './health-finding.js'
import { lengthText } from './length-text.js'
import type { SystemFacts } from './system-facts.js'

const longWaitMs = 5 * 60_000

export function ofDeliveries({ outbox }: SystemFacts): readonly HealthFinding[] {
  const { waiting, tried, oldestWaitingMs, delivered, givenUp } = outbox
  const href = '/settings/notifications'
  return orGood(
    [
      givenUp > 0 &&
        care(
          'deliveries',
          `${plural(givenUp, 'message')} ${givenUp === 1 ? 'was' : 'were'} given up in the last day: the receiver did not take them.`,
          'See what the receiver answered, mend it, and send them again.',
          href,
        ),
      tried > 0 &&
        (oldestWaitingMs ?? 0) > longWaitMs &&
        care(
          'deliveries',
          `${plural(tried, 'message')} ${tried === 1 ? 'was' : 'were'} tried and not taken; the oldest waits for ${lengthText(oldestWaitingMs ?? 0)}.`,
          'They are tried for a day. See what the receiver answers.',
          href,
        ),
    ],
    good(
      'deliveries',
      waiting === 0
        ? `No message waits; ${delivered} ${delivered === 1 ? 'was' : 'were'} delivered in the last day.`
        : `${plural(waiting, 'message')} wait to be delivered, none for long.`,
    ),
  )
}
