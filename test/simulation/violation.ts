/** A promise that did not hold, and when. */
export class Violation extends Error {
  constructor(
    readonly promise: string,
    readonly at: Date,
    what: string,
  ) {
    super(`${promise} does not hold at ${at.toISOString()}: ${what}`)
    this.name = 'Violation'
  }
}
