import { parseClusterName, parseServerGroupName } from '../../domain/names.js'
import type { History } from '../../engine/ports.js'
import type { About } from './route-needs.js'

/** Of a thing whose name says it: the application. Undefined where only its record knows. */
export function applicationInName(about: About, name: string): string | null | undefined {
  if (about === 'application') return name
  if (about === 'cluster') return applicationOfCluster(name)
  if (about === 'server group') return applicationOfCluster(parseServerGroupName(name)?.cluster ?? '')
  return undefined
}

/** By the grammar of names, which every cluster of ours keeps; null outside it. */
export function applicationOfCluster(cluster: string): string | null {
  return parseClusterName(cluster)?.application ?? null
}

/** The application that a thing belongs to; null where there is no such thing. */
export async function applicationOf(about: About, name: string, history: History): Promise<string | null> {
  const inName = applicationInName(about, name)
  if (inName !== undefined) return inName
  if (about === 'image') return (await history.image(name))?.application ?? null
  if (about === 'bake') return (await history.bake(name))?.request.application ?? null
  const operation = await history.operation(name)
  return operation && applicationOfCluster(operation.cluster)
}
