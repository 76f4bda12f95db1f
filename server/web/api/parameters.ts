import { z } from 'zod'

/** Names and ids in addresses and filters. What there is under one is the records' to say, so that any text is taken. */
const named = (what: string) => z.string().trim().min(1).describe(what)

export const applicationName = named('An application’s name, such as shop.')
export const clusterName = named('A cluster’s name, such as shop-main.')
export const groupName = named('A server group’s name, such as shop-main-v012.')
export const operationId = named('An operation’s id.')
export const bakeId = named('A bake’s id.')
export const restraintId = named('The id of a hold, a stop, a window or a freeze.')
export const runId = named('A run’s id.')
export const imageName = named('An image’s name or its AMI id.')
export const balancerName = named('A load balancer’s name.')
export const targetGroupName = named('A target group’s name.')
export const instanceId = named('An instance’s id.')

export const onlyOfApplication = applicationName.optional().describe('Only of this application.')
export const onlyOfCluster = clusterName.optional().describe('Only of this cluster.')

/** Words that a list is filtered by; `where` says what they are looked for in. */
export const wordsWanted = (where: string) =>
  z.string().max(200, 'Write at most 200 characters.').optional().describe(where)

const aMoment = 'Write a moment as 2026-11-25T10:00:00Z.'
export const aMomentInTime = z.iso
  .datetime({ offset: true, error: aMoment })
  .transform((text) => new Date(text))
