import { z } from 'zod'
import { count, imageRef, listOf, size, text, texts } from './values.js'

const plannedCall = z
  .object({ api: text, what: text, kind: z.enum(['call', 'wait', 'switch', 'warm']) })
  .meta({
    id: 'PlannedCall',
    description: 'One AWS call, or one wait, in the order in which it would be made.',
  })
const plan = listOf(plannedCall)
const differences = listOf(z.object({ what: text, was: text, will: text }))

const readiness = z
  .object({
    state: z.enum(['ready', 'degraded', 'lost']),
    healthy: count,
    needed: count,
    zones: texts,
    sentence: text,
    checks: listOf(z.object({ ok: z.boolean(), sentence: text })),
    mendMs: z.number().nullable().describe('About how long mending takes.'),
  })
  .meta({ id: 'Readiness', description: 'Whether a warm group could take the traffic back now.' })

export const clusterPlan = z
  .object({
    names: z.object({ cluster: text, serverGroup: text, targetGroup: text, launchTemplate: text }),
    plan,
    warnings: texts,
  })
  .meta({ id: 'ClusterPlan' })

export const deployPlan = z
  .object({
    cluster: text,
    from: text.nullable(),
    to: text,
    image: imageRef,
    size,
    plan,
    differences,
    ends: text.describe('How it ends when all goes well.'),
    warnings: texts,
  })
  .meta({ id: 'DeployPlan' })

export const switchBackPlan = z
  .object({ cluster: text, from: text, to: text, readiness, plan, ends: text })
  .meta({ id: 'SwitchBackPlan' })

export const resizePlan = z
  .object({ group: text, plan, differences, warnings: texts, ends: text })
  .meta({ id: 'ResizePlan' })

export const decommissionPlan = z
  .object({ cluster: text, plan, quietFor: text, warnings: texts, ends: text })
  .meta({ id: 'DecommissionPlan' })

export const editPlan = z.object({ cluster: text, differences, warnings: texts }).meta({ id: 'EditPlan' })
export const edited = z.object({ cluster: text, differences }).meta({ id: 'ClusterEdited' })
