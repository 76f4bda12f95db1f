import { z } from 'zod'
import { weekdays } from '../../../domain/restraint.js'
import { actor, listOf, moment, text } from './values.js'

const common = {
  id: text,
  scope: text.describe('all, region:…, application:… or cluster:….'),
  reason: text,
  createdBy: actor,
  createdAt: moment,
  ended: z
    .object({ by: text, at: moment, reason: text })
    .nullable()
    .describe('Who took it back; null while it stands, and for one that ran out by itself.'),
}

export const hold = z
  .object({
    ...common,
    kind: z.enum(['hold', 'stop']),
    owner: text.describe('Whom to ask about it.'),
    until: moment.nullable().describe('Null: until it is released.'),
  })
  .meta({ id: 'Hold', description: 'Nothing new starts (hold), or Delling starts no change at all (stop).' })

export const deployWindow = z
  .object({
    ...common,
    kind: z.literal('window'),
    name: text,
    days: listOf(z.enum(weekdays)),
    from: text,
    to: text.describe('At or before `from`: on the next day.'),
    timeZone: text,
  })
  .meta({ id: 'DeployWindow', description: 'Hours of the week in which changes may start.' })

export const freeze = z
  .object({
    ...common,
    kind: z.literal('freeze'),
    name: text,
    firstDay: text,
    lastDay: text.describe('Frozen to its end.'),
    timeZone: text,
  })
  .meta({ id: 'Freeze', description: 'Whole days in which nothing new starts.' })

const obstacles = listOf(
  z
    .object({
      kind: z.enum(['hold', 'stop', 'window', 'freeze']),
      ids: listOf(text),
      sentence: text,
      reason: text,
      until: moment.nullable(),
    })
    .meta({ id: 'Obstacle', description: 'What keeps a change from starting now.' }),
)

export const mayStart = z
  .object({
    cluster: text,
    change: text,
    may: z.boolean(),
    obstacles,
    until: moment.nullable().describe('From when on nothing stands in the way; null where a person decides.'),
  })
  .meta({ id: 'MayStart', description: 'Whether a change may start now, and if not, why.' })

/** What a plan says about its own start. */
export const plannedStart = {
  obstacles: obstacles.describe('What keeps it from starting now; empty: it may start.'),
  mayStartAt: moment.nullable().describe('From when on it may start; null where that depends on a person.'),
}
