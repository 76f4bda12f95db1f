import { bad, care, good, orGood, plural, type HealthFinding } from './health-finding.js'
import { lengthText } from './length-text.js'
import { isAlive, replicaName, type Replica } from './replica.js'
import type { SystemFacts } from './system-facts.js'

const longTurnMs = 1000

export function ofReplicas({ replicas }: SystemFacts): readonly HealthFinding[] {
  const alive = replicas.filter(isAlive)
  const versions = [...new Set(alive.map(({ report }) => report.version))].sort()
  const left = alive.flatMap(({ report }) => report.leftAlone)
  return orGood(
    [
      ...replicas
        .filter((each) => !isAlive(each))
        .map((each) =>
          care(
            'replicas',
            `${replicaName(each)} has not been heard of for ${lengthText(each.beatAgoMs)}: it died, or can’t reach the database.`,
            'Others go on with its clusters. If it is meant to run, look at its log and start it again; else nothing: it is forgotten after a day.',
          ),
        ),
      ...alive.flatMap(troublesOf),
      versions.length > 1 &&
        care(
          'replicas',
          `Replicas of versions ${versions.join(' and ')} run side by side.`,
          'That is fine while one version replaces another. Stop the older ones when the newer ones are up.',
        ),
      left.length > 0 &&
        care(
          'replicas',
          `${plural(new Set(left.map(({ scope }) => scope)).size, 'cluster or bake is', 'clusters and bakes are')} left to replicas of a newer version.`,
          'Finish the upgrade: only replicas of the newer version advance them.',
          '/more',
        ),
    ],
    good(
      'replicas',
      alive.length === 1
        ? 'One replica runs. A second one would go on within seconds if it died.'
        : `${alive.length} replicas run and are heard of every few seconds.`,
    ),
  )
}

function troublesOf(replica: Replica): readonly HealthFinding[] {
  const { memory, lateMs } = replica.report
  const share = memory.heapUsedBytes / memory.heapLimitBytes
  return [
    ...(share > 0.85
      ? [
          bad(
            'replicas',
            `${replicaName(replica)} uses ${Math.round(share * 100)} of every 100 bytes of the memory that Node may have.`,
            'Restart it now, in order (SIGTERM): others go on. If it grows again, give Node more with --max-old-space-size.',
          ),
        ]
      : []),
    ...(lateMs > longTurnMs
      ? [
          care(
            'replicas',
            `${replicaName(replica)} is ${lengthText(lateMs)} late with what is due: its processor is too busy.`,
            'Leases last 4 seconds: later than 3 and it loses them to others. Give it more processor, or run another replica.',
          ),
        ]
      : []),
  ]
}
