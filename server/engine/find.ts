import type { Cluster } from '../domain/cluster.js'
import { findings, type Finding } from '../domain/find.js'
import { pushLabel } from '../domain/names.js'
import type { Operation } from '../domain/operation.js'
import type { Parts } from './parts.js'
import { seenForPages } from './seen-cache.js'

const limit = 40
/** Of kinds that there are many of, so many of the newest are looked through. */
const newest = 500

/** Everything with an address that a text names, best first. `pages` are the console's own. */
export async function find(
  parts: Parts,
  text: string,
  pages: readonly Finding[],
): Promise<readonly Finding[]> {
  if (text.trim() === '') return []
  const { history } = parts
  const [applications, clusters, groups, images, operations, bakes, instances] = await Promise.all([
    history.applications(),
    history.clusters(),
    history.groupsNamed(text.trim().split(/\s+/)[0] ?? '', limit),
    history.images({ limit: newest }),
    operationsOf(parts, text.trim()),
    history.bakes({ limit: newest }),
    instancesOf(parts, text.trim()),
  ])
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
      ...standing.map(({ name, statement }): Finding => ({
        kind: 'cluster',
        label: name,
        sub: statement,
        href: `/clusters/${name}`,
      })),
      ...standing.flatMap(deedsOf),
      ...groups.map(({ name, role, image }): Finding => ({
        kind: 'group',
        label: name,
        sub: `${role}, ${image.name}`,
        href: `/groups/${name}`,
      })),
      ...instances,
      ...images.map(({ name, imageId, version, commit }): Finding => ({
        kind: 'image',
        label: name,
        sub: [imageId, version, commit].filter(Boolean).join(', '),
        href: `/images/${imageId}`,
      })),
      ...operations,
      ...bakes.map(({ id, request: { application, version }, phase }): Finding => ({
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
  ]
}

async function operationsOf({ history }: Parts, text: string): Promise<Finding[]> {
  const [named, latest] = await Promise.all([history.operation(text), history.operations({ limit: newest })])
  const all = named && !latest.some(({ id }) => id === named.id) ? [named, ...latest] : latest
  return all.map((operation) => ({
    kind: 'operation',
    label: operationLabel(operation),
    sub: `${operation.phase}, ${operation.id}`,
    href: `/operations/${operation.id}`,
  }))
}

function operationLabel({ kind, cluster, to }: Operation): string {
  const words = { switchBack: 'Switch back' }[kind as string] ?? kind.charAt(0).toUpperCase() + kind.slice(1)
  return to ? `${words} of ${cluster} to ${pushLabel(to)}` : `${words} of ${cluster}`
}

/** Only where the text can be an instance’s id: it is AWS that knows them, not our records. */
async function instancesOf(parts: Parts, text: string): Promise<Finding[]> {
  if (!/^i-[0-9a-f]{2,17}$/.test(text)) return []
  const states = (await parts.history.clusterStates()).filter(({ cluster }) => !cluster.retired)
  const found = await Promise.all(
    states.map(async (state) => {
      // Whatever was seen last will do: looking at everything anew for each letter typed would cost AWS thousands of reads.
      const seen = await seenForPages(parts, state, Number.POSITIVE_INFINITY).catch(() => null)
      return [...(seen?.groups.values() ?? [])].flatMap((group) =>
        (group.autoScaling?.instances ?? [])
          .filter(({ instanceId }) => instanceId.startsWith(text))
          .map(({ instanceId, zone, lifecycleState }): Finding => ({
            kind: 'instance',
            label: instanceId,
            sub: `${group.name}, ${zone}, ${lifecycleState}`,
            href: `/groups/${group.name}/instances/${instanceId}`,
          })),
      )
    }),
  )
  return found.flat()
}
