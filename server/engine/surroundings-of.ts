import type { Fleet } from '../domain/fleet.js'
import { remembering } from '../domain/remembering.js'
import type { Surroundings } from '../domain/surroundings.js'
import type { Parts } from './parts.js'

const noZones: Surroundings['zones'] = new Map()
const zonesOf = remembering(
  ({ instances }: Fleet): Surroundings['zones'] =>
    new Map(instances.map(({ instanceId, zone }) => [instanceId, zone])),
  1,
)
/** Readers of so many different rights get what was made for the one before. */
const kinds = 4
const surroundings = remembering(
  (
    states: Surroundings['states'],
    zones: Surroundings['zones'],
    owner: string,
    seesForeign: boolean,
  ): Surroundings => ({ states, zones, owner, seesForeign }),
  kinds,
)

/**
 * What whoever reads these records knows of what a look at the account shows: the very same thing while neither records nor
 * look are others.
 */
export async function surroundingsOf({ history, place }: Parts, fleet: Fleet | null): Promise<Surroundings> {
  const zones = fleet ? zonesOf(fleet) : noZones
  return surroundings(await history.clusterStates(), zones, place.owner, history.seesForeign())
}
