/** Why something asked for is not done: `field` faults in the input, or a conflict with what is there now. */
export type RefusalKind = 'invalid' | 'conflict' | 'notFound' | 'forbidden'

/** One mistake in what was asked, tied to the field that a form or a flag named. */
export interface FieldFault {
  readonly field: string
  readonly sentence: string
}

/**
 * What a person asked that we will not do, and why. The sentence says what is wrong and what mends it; nothing has been
 * changed when it is thrown. Becomes a 4xx at the edge, exit code 3 in the command line.
 */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    sentence: string,
    readonly kind: RefusalKind = 'conflict',
    readonly details: { readonly faults?: readonly FieldFault[]; readonly ways?: readonly WayOn[] } = {},
  ) {
    super(sentence)
    this.name = 'Refusal'
  }
}

/** A next step offered beside a refusal: the label of a link or of a command. */
export interface WayOn {
  readonly label: string
  readonly href?: string
  readonly command?: string
}
