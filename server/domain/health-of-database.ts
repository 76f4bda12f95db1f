import { care, good, orGood, plural, type HealthFinding } from './health-finding.js'
import { lengthText } from './length-text.js'
import { isAlive, replicaName } from './replica.js'
import type { SystemFacts } from './system-facts.js'

const slowDatabaseMs = 250

export function ofDatabase({ database, replicas }: SystemFacts): readonly HealthFinding[] {
  const { answerMs, connections, maxConnections, version, migration } = database
  const waiting = replicas.filter((each) => isAlive(each) && each.report.pool.waiting > 0)
  return orGood(
    [
      answerMs > slowDatabaseMs &&
        care(
          'database',
          `PostgreSQL takes ${lengthText(answerMs)} to answer a query that does nothing.`,
          'Every step waits for it several times. Look at its load, its disk and the network to it.',
        ),
      connections > 0.8 * maxConnections &&
        care(
          'database',
          `${connections} of PostgreSQL’s ${maxConnections} connections are in use.`,
          'Raise max_connections, or run fewer replicas: each takes up to 13.',
        ),
      ...waiting.map((each) =>
        care(
          'database',
          `In ${replicaName(each)} ${plural(each.report.pool.waiting, 'query waits', 'queries wait')} for a connection: all ${each.report.pool.max} are in use.`,
          'It passes by itself after a burst. Where it stays, PostgreSQL is slow or a lock is held: look at pg_stat_activity.',
        ),
      ),
    ],
    good(
      'database',
      `PostgreSQL ${version} answers in ${lengthText(answerMs)}; its schema is at ${migration}.`,
    ),
  )
}
