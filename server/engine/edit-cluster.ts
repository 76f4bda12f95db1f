import { isDeepStrictEqual } from 'node:util'
import type { Cluster, ClusterPolicy, ClusterSettings } from '../domain/cluster.js'
import type { ClusterState } from '../domain/cluster-state.js'
import { isActive, type Actor } from '../domain/operation.js'
import { fieldWords } from '../domain/field-words.js'
import { rememberLaunched } from '../domain/launched-with.js'
import { Refusal } from '../domain/refusal.js'
import { refuseEditedMeanwhile, shownField, type SeenFields } from './edited-fields.js'
import { unknownCluster } from './fresh-look.js'
import { refuseRetired } from './retired-cluster.js'
import { policyFor, settingsFor, type SettingsInput } from './cluster-settings.js'
import type { Parts } from './parts.js'
import { refuseUntestable } from './trial-settings.js'

/** What a group is launched with. A group that stands keeps what it was made with (`rememberLaunched`). */
const launchFields = [
  'subnets',
  'instanceType',
  'securityGroups',
  'instanceProfile',
  'scalingCpu',
  'userData',
  'environment',
  'port',
  'healthPath',
  'healthIntervalSec',
  'healthTimeoutSec',
  'healthyThreshold',
  'unhealthyThreshold',
  'matcher',
  'deregistrationDelaySec',
  'healthCheckGraceSec',
] as const satisfies readonly (keyof SettingsInput)[]

/** What holds at once, not only from the next launch on. */
const policyFields = [
  'morning',
  'timeZone',
  'minWarmHours',
  'maxWarm',
  'warm',
  'switchBack',
  'alarms',
  'smokeTestPath',
  'smokeTestStatus',
  'smokeTestSuccesses',
  'smokeTestWithinSec',
  'smokeTestText',
  'canarySteps',
  'canaryHoldSec',
  'canaryMinRequests',
  'canaryUnsure',
  'approvalWithinMin',
  'approvalAtDeadline',
] as const satisfies readonly (keyof SettingsInput)[]

export const editable = [...launchFields, ...policyFields]

type Editable = (typeof editable)[number]

/** What is left out stays as it is; null is the default, or nothing where nothing is the default. */
export type EditInput = { readonly [Name in Editable]?: SettingsInput[Name] | null } & {
  readonly seen?: SeenFields<Editable> | undefined
  readonly reason?: string | undefined
}

export interface EditPlan {
  readonly cluster: string
  readonly differences: readonly EditDifference[]
  readonly warnings: readonly string[]
}

export interface EditDifference {
  /** As the API names it; `label`: as the form does. */
  readonly what: Editable
  readonly label: string
  readonly was: string
  readonly will: string
  /** The policy holds at once; what a group is launched with holds from the next launch on. */
  readonly holds: 'atOnce' | 'nextLaunch'
}

/** What would be another than it is; changes nothing. Throws Refusal. */
export async function planEdit(parts: Parts, name: string, input: EditInput): Promise<EditPlan> {
  const state = await parts.history.clusterState(name)
  const { cluster, ...edited } = await editedOf(parts, state, name, input)
  const differences = differencesOf(cluster, edited)
  const launches = differences.some(({ holds }) => holds === 'nextLaunch')
  const stands = state?.groups.some((group) => ['live', 'warm'].includes(group.role)) ?? false
  return {
    cluster: name,
    differences,
    warnings:
      launches && stands
        ? ['Groups that stand keep what they were launched with; the next one gets it.']
        : [],
  }
}

/** Writes the new settings and policy down: the policy holds at once, the rest from the next launch on. Throws Refusal. */
export async function editCluster(
  parts: Parts,
  actor: Actor,
  name: string,
  input: EditInput,
): Promise<{ cluster: string; differences: EditPlan['differences'] }> {
  const known = await parts.history.clusterState(name)
  const edited = await editedOf(parts, known, name, input)
  return parts.store.request(name, (state) => {
    const present = refuse(state, name)
    const { cluster } = present
    refuseEditedMeanwhile(name, inputOf(cluster), inputOf(edited.cluster), fieldWords)
    const { settings, policy } = edited
    const differences = differencesOf(cluster, edited)
    if (differences.length === 0) return { change: {}, result: { cluster: name, differences } }
    const names = differences.map(({ label }) => label).join(', ')
    const why = input.reason ? `: ${input.reason}` : ''
    return {
      change: {
        cluster: { ...cluster, settings, policy },
        groups: rememberLaunched(present, settings),
        events: [
          {
            stream: `cluster:${name}`,
            actor,
            cluster: name,
            application: cluster.application,
            event: {
              type: 'ClusterEdited',
              sentence: `${actor.name} edited ${name} (${names})${why}.`,
              data: { differences, reason: input.reason ?? '' },
            },
          },
        ],
      },
      result: { cluster: name, differences },
    }
  })
}

/** A cluster's settings and policy in the words of the form that made them. */
export function inputOf({ settings, policy }: Pick<Cluster, 'settings' | 'policy'>): EditInput {
  const { healthCheck } = settings
  const { smokeTest, canary, approval } = policy
  return {
    subnets: settings.subnets.map(({ subnetId }) => subnetId),
    instanceType: settings.instanceType,
    securityGroups: settings.securityGroupIds,
    instanceProfile: settings.instanceProfile,
    scalingCpu: settings.scaling?.targetPercent ?? null,
    userData: settings.userData,
    environment: settings.environment,
    port: settings.port,
    healthPath: healthCheck.path,
    healthIntervalSec: healthCheck.intervalSec,
    healthTimeoutSec: healthCheck.timeoutSec,
    healthyThreshold: healthCheck.healthyThreshold,
    unhealthyThreshold: healthCheck.unhealthyThreshold,
    matcher: healthCheck.matcher,
    deregistrationDelaySec: settings.deregistrationDelaySec,
    healthCheckGraceSec: settings.healthCheckGraceSec,
    morning: policy.morning,
    timeZone: policy.timeZone,
    minWarmHours: policy.minWarmHours,
    maxWarm: policy.maxWarm,
    warm: policy.warm ?? 'held',
    switchBack: policy.switchBack ?? 'person',
    alarms: policy.alarms ?? [],
    smokeTestPath: smokeTest?.path ?? null,
    smokeTestStatus: smokeTest?.status ?? null,
    smokeTestSuccesses: smokeTest?.successes ?? null,
    smokeTestWithinSec: smokeTest ? smokeTest.withinMs / 1000 : null,
    smokeTestText: smokeTest?.text ?? null,
    canarySteps: canary?.steps ?? null,
    canaryHoldSec: canary ? canary.holdMs / 1000 : null,
    canaryMinRequests: canary?.minRequests ?? null,
    canaryUnsure: canary?.unsure ?? null,
    approvalWithinMin: approval ? approval.withinMs / 60_000 : null,
    approvalAtDeadline: approval?.atDeadline ?? null,
  }
}

interface Edited {
  readonly settings: ClusterSettings
  readonly policy: ClusterPolicy
}

async function editedOf(
  parts: Parts,
  state: ClusterState | null,
  name: string,
  input: EditInput,
): Promise<Edited & { cluster: Cluster }> {
  const { cluster } = refuse(state, name)
  const application = await parts.history.application(cluster.application)
  if (!application) throw new Error(`${name} belongs to no application`)
  const present = inputOf(cluster)
  refuseEditedMeanwhile(name, present, input.seen, fieldWords)
  const changed = editable.filter(
    (field) => input[field] !== undefined && !isDeepStrictEqual(input[field], present[field]),
  )
  const full = fullInput(cluster, input)
  const policy = changed.some(isPolicy) ? policyFor(parts, full) : cluster.policy
  if (policy !== cluster.policy) refuseUntestable(policy, cluster.settings.balancer.conditions)
  return {
    cluster,
    // What is not touched is not judged anew: a morning can be moved though a subnet has gone since.
    settings: changed.some((field) => !isPolicy(field))
      ? settingsFor(parts, full, application, await parts.account.catalog(), cluster.settings.balancer)
      : cluster.settings,
    policy,
  }
}

/** The whole form, with what was typed in place of what is there. */
function fullInput({ settings, policy }: Cluster, input: EditInput): SettingsInput {
  const wanted = { ...inputOf({ settings, policy }), ...input }
  // A test, a canary or an approval that goes takes what else was said about it along.
  if (!wanted.smokeTestPath)
    Object.assign(
      wanted,
      {
        smokeTestStatus: null,
        smokeTestSuccesses: null,
        smokeTestWithinSec: null,
        smokeTestText: null,
      },
      input,
    )
  if (!wanted.canarySteps?.length)
    Object.assign(wanted, { canaryHoldSec: null, canaryMinRequests: null, canaryUnsure: null }, input)
  if (wanted.approvalWithinMin === null) Object.assign(wanted, { approvalAtDeadline: null }, input)
  return {
    ...Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null)),
    ...settings.size,
    vpc: settings.vpcId,
  }
}

function refuse(state: ClusterState | null, name: string): ClusterState {
  if (!state) throw unknownCluster(name)
  refuseRetired(state.cluster)
  const launching = state.operations.find(
    (each) => ['create', 'deploy', 'decommission'].includes(each.kind) && isActive(each),
  )
  if (launching)
    throw new Refusal(
      'OperationRunning',
      `A ${launching.kind} of ${name} is running and reads the settings; wait for its end. Nothing was changed.`,
      'conflict',
      {
        ways: [
          {
            label: 'Follow it',
            href: `/operations/${launching.id}`,
            command: `delling operations show ${launching.id}`,
          },
        ],
      },
    )
  return state
}

const isPolicy = (field: string) => policyFields.some((each) => each === field)

function differencesOf(cluster: Cluster, edited: Edited): EditPlan['differences'] {
  const [was, will] = [inputOf(cluster), inputOf(edited)]
  return editable
    .filter((what) => !isDeepStrictEqual(was[what], will[what]))
    .map((what) => ({
      what,
      label: fieldWords(what),
      was: shownField(was[what]),
      will: shownField(will[what]),
      holds: isPolicy(what) ? ('atOnce' as const) : ('nextLaunch' as const),
    }))
}
