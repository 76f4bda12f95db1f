import { z } from 'zod'
import { plannedStart } from './hold.js'
import { commits, comparedPackages } from './image.js'
import { count, imageRef, listOf, size, text, texts } from './values.js'

const plannedCall = z
  .object({ api: text, what: text, kind: z.enum(['call', 'wait', 'switch', 'warm']) })
  .meta({
    id: 'PlannedCall',
    description: 'One AWS call, or one wait, in the order in which it would be made.',
  })
export const plan = listOf(plannedCall)
const difference = z.object({ what: text, was: text, will: text })
const differences = listOf(difference)

const readiness = z
  .object({
    state: z.enum(['ready', 'degraded', 'lost']),
    healthy: count,
    needed: count,
    zones: texts,
    sentence: text,
    checks: listOf(z.object({ ok: z.boolean(), sentence: text })),
    mendMs: z.number().nullable().describe('About how long mending takes.'),
    held: z
      .boolean()
      .describe('It is held below what is needed: it grows only when a switch back asks for it.'),
  })
  .meta({ id: 'Readiness', description: 'Whether a warm group could take the traffic back now.' })

export const clusterPlan = z
  .object({
    names: z.object({ cluster: text, serverGroup: text, targetGroup: text, launchTemplate: text }),
    plan,
    warnings: texts,
    ...plannedStart,
  })
  .meta({ id: 'ClusterPlan' })

const sectionChanges = z.object({
  name: text,
  changed: listOf(z.object({ what: text, was: text.nullable(), will: text.nullable() })),
  unchanged: listOf(z.object({ what: text, value: text })),
})

export const changesShape = {
  sections: listOf(sectionChanges),
  userData: listOf(z.object({ kind: z.enum(['same', 'gone', 'new']), text })).describe(
    'By lines, with what sounds like a secret hidden; empty where nothing of it differs.',
  ),
  changedCount: count,
  unchangedCount: count,
}

const changes = z.object(changesShape).meta({
  id: 'Changes',
  description: 'How one server group is made otherwise than another, field by field.',
})

const deployChanges = z
  .object({
    ...changesShape,
    commits,
    ...comparedPackages,
    carriedCount: count.describe('How many things beyond the cluster’s settings are taken over.'),
    left: texts.describe('What can’t be taken over, each in a sentence with its reason.'),
  })
  .meta({ id: 'DeployChanges', description: 'How the new group would be made otherwise than the live one.' })

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
    changes: deployChanges.nullable().describe('Null where AWS does not show how the live group is made.'),
    ...plannedStart,
  })
  .meta({ id: 'DeployPlan' })

export const changesOfDeploy = deployPlan
  .pick({ cluster: true, from: true, to: true, image: true, differences: true, changes: true })
  .meta({ id: 'ChangesOfDeployment' })

export const comparison = z.object({ group: text, against: text, changes }).meta({ id: 'Comparison' })

export const switchBackPlan = z
  .object({ cluster: text, from: text, to: text, readiness, plan, warnings: texts, ends: text })
  .meta({ id: 'SwitchBackPlan' })

export const resizePlan = z
  .object({ group: text, plan, differences, warnings: texts, ends: text, ...plannedStart })
  .meta({ id: 'ResizePlan' })

export const decommissionPlan = z
  .object({ cluster: text, plan, quietFor: text, warnings: texts, ends: text, ...plannedStart })
  .meta({ id: 'DecommissionPlan' })

const editDifferences = listOf(
  difference.extend({
    label: text.describe('What the form calls the field.'),
    holds: z
      .enum(['atOnce', 'nextLaunch'])
      .describe('Whether it holds at once or from the next launch on; groups that stand keep theirs.'),
  }),
)
export const editPlan = z
  .object({ cluster: text, differences: editDifferences, warnings: texts })
  .meta({ id: 'EditPlan' })
export const edited = z.object({ cluster: text, differences: editDifferences }).meta({ id: 'ClusterEdited' })
