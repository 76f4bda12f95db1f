import type { Fields } from './fields.js'

/** Everything that AWS shows of how a group is made, for the group that is made after it and for comparisons. */
export interface Blueprint {
  readonly group: string
  /** The group itself, with its tags, suspended processes, enabled metrics and warm pool. */
  readonly scalingGroup: Fields
  /** The data of the version that the group launches from, user data in plain text; null where that is gone. */
  readonly launchTemplate: Fields | null
  readonly targetGroup: Fields
  readonly attributes: Readonly<Record<string, string>>
  readonly policies: readonly Fields[]
  /** The alarms that call its simple and step policies; target tracking makes its own. */
  readonly alarms: readonly Fields[]
  readonly schedules: readonly Fields[]
  readonly hooks: readonly Fields[]
  /** One for each topic and type. */
  readonly notifications: readonly Fields[]
}
