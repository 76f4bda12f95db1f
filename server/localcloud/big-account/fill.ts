import type { AutoScalingRecords } from '../auto-scaling/group-record.js'
import { firstEc2State } from '../ec2/first-state.js'
import { newId } from '../ec2/ids.js'
import type { Ec2State, SubnetRecord } from '../ec2/records.js'
import { firstKnobs, type KnobSettings } from '../knobs.js'
import { firstRecords, type LoadBalancingRecords } from '../load-balancing/records.js'
import type { StateFile } from '../state-file.js'
import { balancerOf, ruleOf } from './balancers.js'
import type { BigAccountPlace, Ground } from './ground.js'
import { addGroup } from './groups.js'
import { bigAccountLayout, instancesOfGroup, type BigCluster } from './layout.js'

/** Marks a state that was generated: its instances are records however the cloud is started. */
interface Mark {
  serverGroups?: number
}

const vcpusOfInstance = 2

export function isBigAccount(state: StateFile): boolean {
  return state.section<Mark>('bigAccount', {}).serverGroups !== undefined
}

/**
 * Makes an account of so many server groups, each with twenty instances, as it would be after months of deployments: a
 * load balancer for each application, a rule for each cluster, one live group behind it and up to three warm ones. Only a
 * fresh state is filled; one that was filled before stays as it is. Throws a sentence for a state that is somebody's own.
 */
export function fillBigAccount(state: StateFile, serverGroups: number, place: BigAccountPlace): void {
  if (isBigAccount(state)) return
  const autoScaling = state.section<AutoScalingRecords>('autoscaling', { groups: {}, activities: [] })
  const balancing = state.section<LoadBalancingRecords>('elasticloadbalancing', firstRecords())
  const { region, zones, accountId, now } = place
  const ec2 = state.section<Ec2State>('ec2', firstEc2State(region, zones, accountId, now))
  if (Object.keys(ec2.instances).length + Object.keys(balancing.loadBalancers).length > 0)
    throw new Error(
      'The state in this folder is an account of its own; nothing was added to it. A big account needs an empty folder.',
    )
  const securityGroupId = Object.keys(ec2.securityGroups)[0] ?? ''
  const ground: Ground = { place, ec2, autoScaling, balancing, securityGroupId, instancesIn: new Map() }
  moreSubnets(ground)
  const clusters = bigAccountLayout(serverGroups)
  for (const application of new Set(clusters.map((cluster) => cluster.application)))
    fillApplication(
      ground,
      application,
      clusters.filter((cluster) => cluster.application === application),
    )
  raiseQuotas(state, serverGroups)
  state.section<Mark>('bigAccount', {}).serverGroups = serverGroups
  state.changed()
}

function fillApplication(ground: Ground, application: string, clusters: readonly BigCluster[]): void {
  const subnets = roomiest(ground)
  const balancer = balancerOf(ground, application, subnets)
  for (const cluster of clusters) {
    const targetGroups = cluster.groups.map((group, push) =>
      addGroup(ground, {
        application,
        cluster: cluster.name,
        group,
        push: push + 1,
        live: push + 1 === cluster.groups.length,
        subnets,
      }),
    )
    ruleOf(ground, balancer, cluster, targetGroups)
  }
}

/** A subnet of 4,091 addresses in each zone is not enough for twenty thousand instances. */
function moreSubnets({ ec2 }: Ground): void {
  const first = [...ec2.subnets]
  for (let round = 1; round < 4; round += 1)
    for (const [index, subnet] of first.entries())
      ec2.subnets.push({
        ...subnet,
        subnetId: newId('subnet'),
        cidrBlock: `172.31.${(round * first.length + index) * 16}.0/20`,
      })
}

/** One subnet in each zone: those with the fewest addresses in use. */
function roomiest({ ec2, place, instancesIn }: Ground): readonly SubnetRecord[] {
  const usedIn = ({ subnetId }: SubnetRecord) => instancesIn.get(subnetId) ?? 0
  return place.zones.flatMap((zone) => {
    const [roomy] = ec2.subnets
      .filter((subnet) => subnet.availabilityZone === zone)
      .sort((a, b) => usedIn(a) - usedIn(b))
    return roomy ? [roomy] : []
  })
}

/** An account of that size has asked AWS for more than a fresh one has. */
function raiseQuotas(state: StateFile, serverGroups: number): void {
  const knobs = state.section<KnobSettings>('knobs', firstKnobs())
  knobs.mostScalingGroups = Math.max(firstKnobs().mostScalingGroups, 2 * serverGroups)
  knobs.mostVcpus = Math.max(firstKnobs().mostVcpus, 2 * serverGroups * instancesOfGroup * vcpusOfInstance)
}
