import { budgetUse, type BudgetUse } from './call-budget.js'
import { summedFigures, type CallFigures } from './call-figures.js'
import { bad, care, good, orGood, plural, type HealthFinding } from './health-finding.js'
import { lengthText } from './length-text.js'
import { isAlive, type Replica } from './replica.js'
import type { SystemFacts } from './system-facts.js'

/** Answers take so long that a younger request is simply under way. */
const underWayMs = 30_000

/** The AWS requests of all living replicas together. */
export function callsOf(
  replicas: readonly Replica[],
  awsDivisor: number,
): {
  readonly figures: readonly CallFigures[]
  readonly budget: readonly BudgetUse[]
} {
  const figures = summedFigures(replicas.filter(isAlive).map(({ report }) => report.calls))
  return { figures, budget: budgetUse(figures, awsDivisor) }
}

export function ofCalls({ replicas, awsDivisor }: SystemFacts): readonly HealthFinding[] {
  const { figures, budget } = callsOf(replicas, awsDivisor)
  const sum = (key: 'count' | 'throttled' | 'unanswered') =>
    figures.reduce((total, each) => total + each[key], 0)
  const [sent, throttled, unanswered] = [sum('count'), sum('throttled'), sum('unanswered')]
  const worst = figures.filter((each) => each.throttled > 0).map(({ api }) => api)
  const silent = figures.filter((each) => each.unanswered > 0).map(({ api }) => api)
  const [fullest] = budget
  return orGood(
    [
      throttled > 0 &&
        (throttled > 0.1 * sent ? bad : care)(
          'AWS calls',
          `AWS throttled ${throttled} of ${sent} requests in the last minute: ${worst.join(', ')}.`,
          'Nothing is lost: reads are repeated, changes are looked for and sent again. Find who else asks so much of the account, or ask AWS for more.',
        ),
      unanswered > 0 &&
        care(
          'AWS calls',
          `AWS did not answer ${unanswered} of ${sent} requests in the last minute, or with a fault of its own: ${silent.join(', ')}.`,
          'Look at the network and AWS’s own health page. What may have taken effect is looked for before anything else is done.',
        ),
      ...budget
        .filter(({ share }) => share > 0.5)
        .map((each) =>
          (each.share > 1 ? bad : care)(
            'AWS calls',
            `${each.name}: ${each.count} requests in the last minute are ${Math.round(each.share * 100)} % of the ${each.perMinute} that ${each.assumed ? 'are taken to be safe' : 'AWS allows'} in this region, for everybody in the account.`,
            'Above 100 % AWS throttles everybody, Auto Scaling scripts of others too. Deploy fewer clusters at once, or ask AWS for more.',
          ),
        ),
    ],
    good(
      'AWS calls',
      sent === 0
        ? 'No request to AWS in the last minute.'
        : `${plural(sent, 'request')} to AWS in the last minute, none throttled${fullest ? `; of no budget is more than ${Math.max(1, Math.ceil(fullest.share * 100))} % used` : ''}.`,
    ),
  )
}

export function ofUnanswered({ unanswered, wireMs }: SystemFacts): readonly HealthFinding[] {
  const open = unanswered.filter(({ agoMs }) => agoMs > underWayMs)
  const oldest = open[0]
  if (!oldest)
    return [good('unanswered', 'Every request to AWS that changes something was answered, or is under way.')]
  const where = oldest.cluster === null ? '' : ` of ${oldest.cluster}`
  const sentence = `${plural(open.length, 'request')} to AWS ${open.length === 1 ? 'has' : 'have'} no answer; the oldest, ${oldest.api}${where}, for ${lengthText(oldest.agoMs)}.`
  return [
    oldest.agoMs > 2 * wireMs
      ? bad(
          'unanswered',
          sentence,
          'It can’t take effect any more, and should have been settled: see whether its cluster is looked at.',
          '/system#unanswered',
        )
      : care(
          'unanswered',
          sentence,
          `Nothing: Delling looks for its effect, and does nothing that it could undo, for up to ${lengthText(wireMs)}.`,
          '/system#unanswered',
        ),
  ]
}
