import type { Fleet } from '../domain/fleet.js'
import type { Surroundings } from '../domain/surroundings.js'
import type { Parts } from './parts.js'

/** What whoever reads these records knows of what a look at the account shows. */
export async function surroundingsOf({ history, place }: Parts, fleet: Fleet | null): Promise<Surroundings> {
  return {
    states: await history.clusterStates(),
    owner: place.owner,
    seesForeign: history.seesForeign(),
    zones: new Map((fleet?.instances ?? []).map(({ instanceId, zone }) => [instanceId, zone])),
  }
}
