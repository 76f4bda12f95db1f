import type { Random } from './random.js'
import type { World } from './world.js'

/** What somebody does to a cluster; what it answers is told, and a refusal is an answer. */
export interface Deed {
  readonly what: string
  readonly run: (world: World, cluster: string, random: Random) => Promise<unknown>
}
