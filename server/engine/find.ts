import type { Cluster } from '../domain/cluster.js'
import { findings, type Finding } from '../domain/find.js'
import { pushLabel } from '../domain/names.js'
import { shownState } from '../domain/server-group.js'
import { readBalancing } from './balancing.js'
import { findInstances } from './instances.js'
import type { Parts } from './parts.js'
import type { OperationName } from './ports.js'
import { retiredSentence } from './retired-cluster.js'

const limit = 40
/** Of kinds that there are many of, so many of the newest are looked through. */
const newest = 500
/** What AWS alone knows is looked for among what was read at most so long ago. */
const accountMaxAgeMs = 60_000

/** Everything with an address that a text names, best first. `pages` are the console's own. */
export async function find(
  parts: Parts,
  text: string,
  pages: readonly Finding[],
): Promise<readonly Finding[]> {
  if (text.trim() === '') return []
  const { history } = parts
  const [applications, clusters, groups, images, operations, bakes, instances, balancing] = await Promise.all(
    [
      history.applications(),
      history.clusters(),
      history.groupsNamed(text.trim().split(/\s+/)[0] ?? '', limit),
      history.everyImage(),
      operationsOf(parts, text.trim()),
      history.bakeNames(newest),
      instancesOf(parts, text.trim()),
      balancingOf(parts),
    ],
  )
  const standing = clusters.filter((each) => !each.retired)
  return findings(
    [
      ...pages,
      ...applications.map(({ name, owner }): Finding => ({
        kind: 'application',
        label: name,
        sub: owner,
        href: `/applications/${name}`,
      })),
      ...clusters.map((each): Finding => ({
        kind: 'cluster',
        label: each.name,
        sub: retiredSentence(each) ?? each.statement,
        href: `/clusters/${each.name}`,
      })),
      ...standing.flatMap(deedsOf),
      ...groups.map(({ name, role, image }): Finding => ({
        kind: 'group',
        label: name,
        sub: `${shownState(role, 0)}, ${image.name}`,
        href: `/groups/${name}`,
      })),
      ...balancing,
      ...instances,
      ...images.map(({ name, imageId, version, commit }): Finding => ({
        kind: 'image',
        label: name,
        sub: [imageId, version, commit].filter(Boolean).join(', '),
        href: `/images/${imageId}`,
      })),
      ...operations,
      ...bakes.map(({ id, application, version, phase }): Finding => ({
        kind: 'bake',
        label: `Bake of ${application} ${version}`,
        sub: `${phase}, ${id}`,
        href: `/bakes/${id}`,
      })),
    ],
    text,
    limit,
  )
}

/** What can be asked for, each by the page that asks before it does. */
function deedsOf({ name }: Cluster): Finding[] {
  const base = `/clusters/${name}`
  const deed = (label: string, path: string): Finding => ({
    kind: 'deed',
    label: `${label} ${name}`,
    sub: 'asks first',
    href: `${base}/${path}`,
  })
  return [
    deed('Deploy to', 'deploy'),
    deed('Roll back', 'rollback'),
    deed('Edit', 'edit'),
    deed('Decommission', 'decommission'),
    deed('Give back', 'give-back'),
  ]
}

async function operationsOf({ history }: Parts, text: string): Promise<Finding[]> {
  const [named, latest] = await Promise.all([history.operation(text), history.operationNames(newest)])
  const all: readonly OperationName[] =
    named && !latest.some(({ id }) => id === named.id) ? [named, ...latest] : latest
  return all.map((operation) => ({
    kind: 'operation',
    label: operationLabel(operation),
    sub: `${operation.phase}, ${operation.id}`,
    href: `/operations/${operation.id}`,
  }))
}

function operationLabel({ kind, cluster, to }: OperationName): string {
  const words = { switchBack: 'Switch back' }[kind as string] ?? kind.charAt(0).toUpperCase() + kind.slice(1)
  return to ? `${words} of ${cluster} to ${pushLabel(to)}` : `${words} of ${cluster}`
}

/** Load balancers and target groups: nothing while AWS can't be looked at, as a name of ours is found without it. */
async function balancingOf(parts: Parts): Promise<Finding[]> {
  const { balancers, targetGroups } = await readBalancing(parts, accountMaxAgeMs)
  return [
    ...balancers.map(({ name, scheme, dnsName, clusters }): Finding => ({
      kind: 'load balancer',
      label: name,
      sub: [scheme, ...clusters, dnsName].join(', '),
      href: `/load-balancers/${encodeURIComponent(name)}`,
    })),
    ...targetGroups.map(({ name, group, targets }): Finding => ({
      kind: 'target group',
      label: name,
      sub: [...(group && group !== name ? [group] : []), `${targets.length} targets`].join(', '),
      href: `/target-groups/${encodeURIComponent(name)}`,
    })),
  ]
}

/** Only where the text can be an instance’s id, address or host: else each cluster would be hidden under its instances. */
async function instancesOf(parts: Parts, text: string): Promise<Finding[]> {
  if (!/^(i-[0-9a-f]{2,17}|\d{1,3}\.[\d.]*|(ip|ec2)-[\w.-]+)$/.test(text)) return []
  const page = { q: text, sort: 'launched', order: 'desc', limit } as const
  const { instances } = await findInstances(parts, page, accountMaxAgeMs)
  return instances.map((each): Finding => ({
    kind: 'instance',
    label: each.instanceId,
    sub: [
      each.group ?? each.bake,
      each.zone,
      each.state,
      each.privateIp,
      each.publicIp,
      each.privateDns,
      each.publicDns,
    ]
      .filter(Boolean)
      .join(', '),
    href: `/instances/${each.instanceId}`,
  }))
}
