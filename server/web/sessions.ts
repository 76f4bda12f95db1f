/** A browser that is signed in. */
export interface SignedIn {
  /** By which it is named; the session's own id is a secret. */
  readonly id: string
  readonly person: string
  readonly personName: string
  /** Milliseconds since 1970, by the machine's clock, so that it can be kept as JSON. */
  readonly atMs: number
  readonly browser: string
}

export interface ListedSession extends SignedIn {
  readonly lastUsedAt: Date
}

/** The sessions of the console, by whom they are signed in. */
export interface Sessions {
  /** The last used first. */
  ofPerson(person: string): Promise<readonly ListedSession[]>
  /** The same of everybody; at most so many. */
  everybodys(limit: number): Promise<readonly ListedSession[]>
  /** Ends one of this person's, or anybody's where `person` is null; null where there is none. */
  end(id: string, person: string | null): Promise<SignedIn | null>
}
