import type { Parts } from '../../engine/parts.js'
import { scopeChoices, type ScopeChoice } from '../pages/holds.js'

/** Every scope that a form offers; a retired cluster holds nobody. */
export async function readScopes({ history, place }: Parts): Promise<ScopeChoice[]> {
  const [applications, clusters] = await Promise.all([history.applications(), history.clusters()])
  return scopeChoices(
    place.region,
    applications,
    clusters.filter(({ retired }) => !retired),
  )
}
