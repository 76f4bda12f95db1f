/** What a team ships. Its fields are the defaults of every bake and cluster made for it. */
export interface Application {
  readonly name: string
  readonly owner: string
  readonly email: string | null
  /** The port that the application listens on, handed to it as `PORT`. */
  readonly port: number
  readonly healthPath: string
  /** The command that starts it; null where the package says so itself. */
  readonly startCommand: string | null
  /** Where the commits between two images can be read, with `{from}` and `{to}`; null or absent: nowhere. */
  readonly repositoryLink?: string | null
  readonly createdAt: Date
}
