import { bad, care, good, orGood, plural, type HealthFinding } from './health-finding.js'
import { lengthText } from './length-text.js'
import { isAlive, newestLooks, type ScopeLook } from './replica.js'
import type { SystemFacts } from './system-facts.js'

/** Over what was due, so much is no delay yet: a turn that sends a request takes its time. */
const lateLookMs = 30_000

/** True where the next look should have come long since. */
export function isOverdue({ agoMs, everyMs }: Pick<ScopeLook, 'agoMs' | 'everyMs'>): boolean {
  return agoMs > everyMs + lateLookMs
}

export function ofLooks({ replicas, clusters }: SystemFacts): readonly HealthFinding[] {
  const looks = newestLooks(replicas)
  const named = (scope: string) => scope.replace(':', ' ')
  const pageOf = (scope: string) =>
    `/${scope.slice(0, scope.indexOf(':'))}s/${scope.slice(scope.indexOf(':') + 1)}`
  const seen = new Set(looks.map(({ scope }) => scope))
  const settled = replicas.some((each) => isAlive(each) && each.report.uptimeMs > lateLookMs)
  const unseen = settled ? clusters.filter((name) => !seen.has(`cluster:${name}`)) : []
  const slowest = looks.reduce((most, { tookMs }) => Math.max(most, tookMs), 0)
  return orGood(
    [
      ...unseen.map((name) =>
        bad(
          'looks',
          `No replica has looked at cluster ${name}.`,
          'Look for a fault with its name in the logs, and whether it is left to a newer version.',
          `/clusters/${name}`,
        ),
      ),
      ...looks
        .filter(isOverdue)
        .map(({ scope, agoMs, everyMs }) =>
          bad(
            'looks',
            `The last look at ${named(scope)} is ${lengthText(agoMs)} old; one was due every ${lengthText(everyMs)}.`,
            'See below who holds its lease. If that replica is not heard of, its lease ends within seconds; if it is, restart it.',
            pageOf(scope),
          ),
        ),
      ...looks
        .filter(({ fault }) => fault !== null)
        .map(({ scope, fault, agoMs }) =>
          care(
            'looks',
            `The last look at ${named(scope)}, ${lengthText(agoMs)} ago, went wrong: ${fault ?? ''}`,
            'It is tried again by itself. If it stays, mend what it says: rights, credentials, the network to AWS.',
            pageOf(scope),
          ),
        ),
    ],
    good(
      'looks',
      looks.length === 0
        ? 'There is no cluster to look at.'
        : `${plural(looks.length, 'cluster or bake', 'clusters and bakes')} looked at in time: the longest ago ${lengthText(looks[0]?.agoMs ?? 0)}, the slowest look took ${lengthText(slowest)}.`,
    ),
  )
}
