/**
 * The records can't be read or written now: a fault of what the console stands on, that passes. `since` is when the
 * database was first seen not to answer.
 */
export class DatabaseAway extends Error {
  constructor(
    readonly since: Date,
    /** Whether it may have received what was asked. */
    readonly asked: boolean,
    cause: Error | null,
  ) {
    super(`the database does not answer${cause ? `: ${cause.message}` : ''}`, { cause })
    this.name = 'DatabaseAway'
  }
}
