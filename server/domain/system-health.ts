import { healthParts, type HealthFinding, type HealthPart } from './health-finding.js'
import { ofCalls, ofUnanswered } from './health-of-calls.js'
import { ofDatabase } from './health-of-database.js'
import { ofDeliveries } from './health-of-deliveries.js'
import { ofJobs } from './health-of-jobs.js'
import { ofLooks } from './health-of-looks.js'
import { ofReplicas } from './health-of-replicas.js'
import type { SystemFacts } from './system-facts.js'

/** Everything judged, what is bad first. */
export function healthOf(facts: SystemFacts): readonly HealthFinding[] {
  const parts: Readonly<Record<HealthPart, (facts: SystemFacts) => readonly HealthFinding[]>> = {
    database: ofDatabase,
    replicas: ofReplicas,
    looks: ofLooks,
    'AWS calls': ofCalls,
    unanswered: ofUnanswered,
    deliveries: ofDeliveries,
    jobs: ofJobs,
  }
  const weight = { bad: 0, care: 1, good: 2 }
  return healthParts.flatMap((part) => parts[part](facts)).sort((a, b) => weight[a.level] - weight[b.level])
}
