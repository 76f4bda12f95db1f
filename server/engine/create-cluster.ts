import type { PlannedCall } from '../domain/call.js'
import { unmadeCluster, type Cluster, type ClusterPolicy, type ClusterSettings } from '../domain/cluster.js'
import { parseClusterName, reasonBadClusterName, serverGroupName } from '../domain/names.js'
import { isTraffic, type Actor, type Operation } from '../domain/operation.js'
import { ownTargetGroupName } from '../domain/own-target-group.js'
import { createPlan } from '../domain/plan-sentences.js'
import { Refusal } from '../domain/refusal.js'
import type { Where } from '../domain/scope.js'
import { balancerFor, type BalancerInput } from './choose-balancer.js'
import { policyFor, settingsFor, type SettingsInput } from './cluster-settings.js'
import { requestOperation } from './operation-event.js'
import { knownImage } from './known-image.js'
import type { Parts } from './parts.js'
import { plannedStart, refuseRestrained, type PlannedStart } from './restrained.js'
import { refuseUntestable } from './trial-settings.js'
import { invalid } from './validate.js'

/** The create form as it was sent: only name and image must be there, the rest has defaults. */
export interface CreateClusterInput extends SettingsInput, BalancerInput {
  readonly name: string
  readonly image: string
  readonly reason?: string | undefined
  /** Why it starts in spite of a hold, a stop, a freeze or closed windows. */
  readonly override?: string | undefined
}

export interface ClusterPlan extends PlannedStart {
  readonly names: { cluster: string; serverGroup: string; targetGroup: string; launchTemplate: string }
  readonly plan: readonly PlannedCall[]
  readonly warnings: readonly string[]
  readonly settings: ClusterSettings
  readonly policy: ClusterPolicy
}

/** Everything that would be made, with its names and calls in order; changes nothing. Throws Refusal. */
export async function planCluster(parts: Parts, input: CreateClusterInput): Promise<ClusterPlan> {
  const bad = reasonBadClusterName(input.name)
  if (bad) throw invalid('name', bad)
  const applicationName = parseClusterName(input.name)?.application ?? ''
  const application = await parts.history.application(applicationName)
  if (!application)
    throw new Refusal(
      'UnknownApplication',
      `There is no application ${applicationName}; register it first. Nothing was changed.`,
      'notFound',
      {
        ways: [
          {
            label: `Register ${applicationName}`,
            href: `/applications/new?name=${applicationName}`,
            command: `delling apps create ${applicationName} --owner …`,
          },
        ],
      },
    )
  const image = await knownImage(parts, input.image, applicationName)
  const catalog = await parts.account.catalog()
  const state = await parts.history.clusterState(input.name)
  if (state) refuseExisting(input.name, state.cluster, state.operations, state.groups)
  const balancer = balancerFor(input, catalog, applicationName, parts.place.owner)
  const settings = settingsFor(parts, input, application, catalog, balancer)
  const policy = policyFor(parts, input)
  refuseUntestable(policy, balancer.conditions)
  const push = (state?.cluster.lastPush ?? 0) + 1
  const serverGroup = serverGroupName(input.name, push)
  const targetGroup = ownTargetGroupName({ name: input.name, account: parts.place.account }, push)
  const warnings = warningsOf(parts, input, image)
  return {
    names: { cluster: input.name, serverGroup, targetGroup, launchTemplate: serverGroup },
    plan: createPlan(serverGroup, targetGroup, settings),
    warnings,
    settings,
    policy,
    ...(await plannedStart(parts, 'create', whereOf(parts, input.name, applicationName, policy))),
  }
}

/** Where a cluster is that is not recorded yet. */
function whereOf(parts: Parts, cluster: string, application: string, { timeZone }: ClusterPolicy): Where {
  return { cluster, application, region: parts.place.region, timeZone }
}

function warningsOf(
  parts: Parts,
  input: CreateClusterInput,
  image: { readonly name: string; readonly bad: string | null },
): readonly string[] {
  const closed = parts.place.mode !== 'local' && !input.securityGroups?.length
  return [
    ...(image.bad ? [`${image.name} is marked bad: ${image.bad}`] : []),
    ...(closed
      ? [
          'No security group was named: the default one lets nobody in from outside, so health checks would pass and clients would not get through.',
        ]
      : []),
  ]
}

/** Records the cluster and its create; the engine does the rest. Throws Refusal. */
export async function createCluster(
  parts: Parts,
  actor: Actor,
  input: CreateClusterInput,
): Promise<{ operation: Operation; cluster: string }> {
  const { settings, policy } = await planCluster(parts, input)
  const application = parseClusterName(input.name)?.application ?? ''
  const { bad: _bad, ...image } = await knownImage(parts, input.image, application)
  const where = whereOf(parts, input.name, application, policy)
  const word = await refuseRestrained(parts, actor, { change: 'create', where, override: input.override })
  const id = parts.newId()
  const at = parts.clock.now()
  return parts.store.request(input.name, (state) => {
    refuseExisting(input.name, state?.cluster ?? null, state?.operations ?? [], state?.groups ?? [])
    const cluster: Cluster = {
      name: input.name,
      application,
      account: parts.place.account,
      region: parts.place.region,
      settings,
      policy,
      ...unmadeCluster,
      lastPush: state?.cluster.lastPush ?? 0,
      version: state?.cluster.version ?? 1,
      createdAt: state?.cluster.createdAt ?? at,
    }
    const request = { actor, reason: input.reason ?? '', ...word, image, size: settings.size }
    const { operation, rows } = requestOperation({ cluster }, { id, at, kind: 'create', request })
    return { change: { cluster, ...rows }, result: { operation, cluster: input.name } }
  })
}

/** A cluster whose first attempt left nothing live may be created again under its name. */
function refuseExisting(
  name: string,
  cluster: Cluster | null,
  operations: readonly Operation[],
  groups: readonly { role: string }[],
): void {
  if (!cluster) return
  const ways = [{ label: `Open ${name}`, href: `/clusters/${name}`, command: `delling status ${name}` }]
  const running = operations.find((operation) => isTraffic(operation.kind))
  if (running)
    throw new Refusal(
      'OperationRunning',
      `A ${running.kind} of ${name} is running. Nothing was changed.`,
      'conflict',
      { ways },
    )
  if (groups.some((group) => ['live', 'warm', 'standby', 'launching'].includes(group.role)))
    throw new Refusal(
      'ClusterExists',
      `There is a cluster ${name} already; deploy to it instead. Nothing was changed.`,
      'conflict',
      { ways },
    )
}
