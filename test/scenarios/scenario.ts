import type { TrialsInput } from '../../server/engine/trial-settings.js'
import type { Release } from '../simulation/simulated-cloud.js'
import type { Stage } from './stage.js'

/** A story that operators can read: what goes wrong, what Delling does about it, and what is left to do. */
export interface Scenario {
  readonly name: string
  readonly title: string
  /** What it shows, in a sentence or two. */
  readonly about: string
  /** What the cluster asks of its deployments; missing: nothing. */
  readonly policy?: TrialsInput
  /** Releases beside the good ones, by version. */
  readonly releases?: Readonly<Record<string, Release>>
  readonly play: (stage: Stage) => Promise<void>
  /** What is left to a person, once it has ended as it does. */
  readonly whatToDo: string
}
