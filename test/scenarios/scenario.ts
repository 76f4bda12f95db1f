import type { Stage } from './stage.js'

/** A story that operators can read: what goes wrong, what Delling does about it, and what is left to do. */
export interface Scenario {
  readonly name: string
  readonly title: string
  /** What it shows, in a sentence or two. */
  readonly about: string
  readonly play: (stage: Stage) => Promise<void>
  /** What is left to a person, once it has ended as it does. */
  readonly whatToDo: string
}
