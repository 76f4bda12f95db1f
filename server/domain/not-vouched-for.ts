/** The identity provider does not vouch for somebody, or what came back from it is not what was asked for. */
export class NotVouchedFor extends Error {
  constructor(
    /** What a person may be told of it. */
    readonly sentence: string,
    override readonly cause: unknown,
  ) {
    super(sentence)
    this.name = 'NotVouchedFor'
  }
}
