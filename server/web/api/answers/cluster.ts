import { z } from 'zod'
import { knownWords } from '../../../domain/newer-records.js'
import { difference } from './drift.js'
import { shownStates } from './group.js'
import { paused } from './operation.js'
import { count, listOf, moment, text, texts, wait, wordOf } from './values.js'

const active = z.object({
  id: text,
  kind: wordOf(knownWords.operationKinds),
  phase: wordOf(knownWords.phases),
  wait: wait.nullable(),
  paused: paused.nullable().describe('Null while it goes on.'),
})

const retired = z.object({
  by: text,
  at: moment,
  givenBack: z.boolean().describe('Nothing of it was destroyed.'),
})

const groupOfCluster = z
  .object({
    name: text,
    state: z.enum(shownStates),
    weight: count.describe('Its weight in the rule; who has weight carries traffic.'),
    share: z.number().describe('Of the requests that the rule forwards, in per cent.'),
    image: text,
    imageId: text,
    version: text,
    size: count,
    healthy: count,
    zones: texts,
    warmUntil: moment.nullable(),
    keptUntil: moment.nullable(),
    verdict: z
      .object({ badSince: moment, sentence: text })
      .nullable()
      .describe('What the night watch holds of it.'),
    readyToSwitchBack: z.boolean(),
    reason: text.nullable(),
  })
  .meta({ id: 'GroupOfCluster' })

export const clusterStatus = z
  .object({
    cluster: text,
    application: text,
    live: text.nullable(),
    url: text.nullable(),
    operation: active.nullable(),
    queue: listOf(active).describe('What waits behind it, the first first.'),
    queueStands: text.nullable().describe('Why the queue stands still until a person lets it go on.'),
    needsPerson: text.nullable(),
    onHold: text.nullable().describe('Why no deployment may start now; null: one may.'),
    retired: retired.nullable(),
    differences: listOf(difference),
    statement: text.describe('Where the traffic goes, as last said.'),
    sentence: text,
    serverGroups: listOf(groupOfCluster),
    seenAt: moment.nullable(),
    fault: text.nullable(),
  })
  .meta({ id: 'ClusterStatus', description: 'A cluster from its records and one look at AWS.' })

export const clusterSummary = z
  .object({
    name: text,
    application: text,
    live: text.nullable(),
    version: text.nullable(),
    image: text.nullable(),
    sentence: text,
    retired: retired.nullable(),
    needsPerson: text.nullable(),
    active: active.nullable(),
    warm: count.describe('How many groups are warm.'),
    morning: text,
    timeZone: text,
  })
  .meta({ id: 'ClusterSummary', description: 'A cluster from its records alone: a list costs AWS nothing.' })

export const clusterNamed = z.object({ cluster: text })

export const traffic = z
  .object({
    group: text,
    periodSec: count,
    points: listOf(
      z.object({ at: moment, requests: z.number(), errors: z.number(), p95Ms: z.number().nullable() }),
    ),
  })
  .meta({ id: 'Traffic', description: 'What CloudWatch counted of a group, a point for each period.' })
