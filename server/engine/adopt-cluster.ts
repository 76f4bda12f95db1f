import { adoptionCalls, afterAdoption, expectations, settingRows } from '../domain/adoption-plan.js'
import type { AfterAdoption } from '../domain/adoption-plan.js'
import type { Application } from '../domain/application.js'
import type { PlannedCall } from '../domain/call.js'
import { parseClusterName, reasonBadClusterName } from '../domain/names.js'
import type { Actor, Operation } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { whereIs } from '../domain/scope.js'
import type { GroupSize } from '../domain/cluster.js'
import type { AdoptionReader } from './adoptable.js'
import { chooseGroups, existsAlready } from './choose-groups.js'
import { draftCluster, type Draft } from './draft-cluster.js'
import { requestOperation } from './operation-event.js'
import type { Parts } from './parts.js'
import { registerApplication } from './register-application.js'
import { plannedStart, refuseRestrained, type PlannedStart } from './restrained.js'
import { invalid } from './validate.js'

/** Which groups that somebody else made become a cluster of ours. */
export interface AdoptionInput extends AdoptionReader {
  readonly cluster: string
  /** By their whole names or as `v012`; absent: the live one and the newest that can be warm. */
  readonly groups?: readonly string[] | undefined
  /** `drop`: what the groups run on first boot is not taken into the settings; absent: it is. */
  readonly userData?: 'keep' | 'drop' | undefined
  /** Who owns the application, where it is not registered yet; absent: who adopts. */
  readonly owner?: string | undefined
}

export interface AdoptInput extends AdoptionInput {
  /** The cluster's name once more, as it was typed. */
  readonly name: string
  readonly reason?: string | undefined
  /** Why it starts in spite of a stop. */
  readonly override?: string | undefined
}

export interface AdoptionPlan extends PlannedStart {
  readonly cluster: string
  readonly application: { readonly name: string; readonly registered: boolean }
  readonly groups: readonly {
    readonly name: string
    readonly becomes: 'live' | 'warm'
    readonly image: string
    readonly version: string
    readonly size: GroupSize
    readonly targetGroup: string
    readonly launchTemplate: string
    /** The template is not the group’s own alone, and outlives it. */
    readonly templateStays: boolean
  }[]
  readonly plan: readonly PlannedCall[]
  /** The settings that the cluster gets. */
  readonly settings: readonly { readonly what: string; readonly value: string }[]
  /** What the next group would have otherwise than the live one, if the same image were deployed. */
  readonly changes: AfterAdoption
  /** What is expected of AWS from then on. */
  readonly expects: readonly string[]
  /** What is never taken along. */
  readonly left: readonly string[]
  readonly warnings: readonly string[]
  readonly ends: string
}

/** What adopting would write, expect and derive, and what it never takes along; changes nothing. Throws Refusal. */
export async function planAdoption(parts: Parts, input: AdoptionInput): Promise<AdoptionPlan> {
  const draft = await draftOf(parts, input)
  const { state, seen, live, blueprint } = draft
  const { application } = state.cluster
  const changes = afterAdoption(state, blueprint, live.image)
  return {
    cluster: input.cluster,
    application: { name: application, registered: (await parts.history.application(application)) !== null },
    groups: state.groups.map((group) => ({
      name: group.name,
      becomes: group.adopted?.as ?? 'warm',
      image: group.image.name,
      version: group.image.version,
      size: group.size,
      targetGroup: group.targetGroupName,
      launchTemplate: group.adopted?.launchTemplateName ?? group.name,
      templateStays: group.adopted?.templateStays ?? false,
    })),
    plan: adoptionCalls(state, seen),
    settings: settingRows(state),
    changes,
    expects: expectations(state, seen),
    left: [...draft.left, ...changes.left],
    warnings: draft.warnings,
    ends: `${input.cluster} is a cluster of Delling’s; ${live.name} carries its traffic as before`,
    ...(await plannedStart(parts, 'adopt', whereIs(state.cluster))),
  }
}

/** Records the cluster and its groups; the engine marks them. Throws Refusal. */
export async function adoptWholeCluster(
  parts: Parts,
  actor: Actor,
  input: AdoptInput,
): Promise<{ operation: Operation; cluster: string }> {
  const { cluster: name } = input
  if (input.name !== name) throw invalid('name', `Type “${name}” to adopt it.`)
  const draft = await draftOf(parts, input)
  const where = whereIs(draft.state.cluster)
  const word = await refuseRestrained(parts, actor, { change: 'adopt', where, override: input.override })
  await registered(parts, actor, draft, input.owner)
  const id = parts.newId()
  const at = parts.clock.now()
  return parts.store.request(name, (state) => {
    if (state && !state.cluster.retired) throw existsAlready(name)
    const { version, lastPush, createdAt } = state?.cluster ?? draft.state.cluster
    const cluster = {
      ...draft.state.cluster,
      version,
      createdAt,
      lastPush: Math.max(lastPush, draft.state.cluster.lastPush),
    }
    const groups = draft.state.groups.map((group) => ({ ...group, operationId: id }))
    const request = { actor, reason: input.reason ?? '', ...word }
    const { operation, rows } = requestOperation({ cluster }, { id, at, kind: 'adopt', request })
    return { change: { cluster, groups, ...rows }, result: { operation, cluster: name } }
  })
}

async function draftOf(parts: Parts, input: AdoptionInput): Promise<Draft> {
  const bad = reasonBadClusterName(input.cluster)
  if (bad) throw invalid('cluster', bad)
  return draftCluster(parts, await chooseGroups(parts, input), input.userData !== 'drop')
}

/** The application that the names speak of, with what the target group says, where nobody has registered it. */
async function registered(parts: Parts, actor: Actor, { state }: Draft, owner?: string): Promise<void> {
  const { application: name, settings } = state.cluster
  if (await parts.history.application(name)) return
  const asked: Omit<Application, 'createdAt'> = {
    name: parseClusterName(state.cluster.name)?.application ?? name,
    owner: owner?.trim() || actor.name,
    email: null,
    port: settings.port,
    healthPath: settings.healthCheck.path,
    startCommand: null,
  }
  try {
    await registerApplication(parts, actor, asked)
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof Refusal && error.code === 'ApplicationExists')) throw error
  }
}
