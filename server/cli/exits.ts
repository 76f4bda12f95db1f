/** What the command line ends with; fit for scripts, documented in `delling --help`. */
export const exits = { done: 0, failed: 1, usage: 2, refused: 3 } as const

export type Exit = (typeof exits)[keyof typeof exits]

/** A next step that the console offers beside a refusal. */
export interface WayOn {
  readonly label: string
  readonly href?: string
  readonly command?: string
}

/** An end that is not success: a sentence, and what a script can tell it by. */
export class CommandFailure extends Error {
  constructor(
    readonly exit: Exit,
    readonly code: string,
    sentence: string,
    readonly details: {
      readonly faults?: readonly { field: string; sentence: string }[]
      readonly ways?: readonly WayOn[]
    } = {},
  ) {
    super(sentence)
    this.name = 'CommandFailure'
  }
}

export const usageFailure = (sentence: string): CommandFailure =>
  new CommandFailure(exits.usage, 'usage', sentence)
