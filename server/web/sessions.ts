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
  ofPerson(person: string): Promise<readonly ListedSession[]>
  /** Ends one of this person's; null where there is none. */
  end(person: string, id: string): Promise<SignedIn | null>
}
