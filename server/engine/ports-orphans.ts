import type { MarkedThing } from '../domain/orphan.js'

/** Reads what of the account carries this installation's mark, `delling:owner`. */
export interface MarkedReader {
  /**
   * Everything but the members of Auto Scaling groups, and alarms of groups that stand. Target groups and alarms are asked
   * for their marks one by one, so those that `isKnown` knows by name are left out. Throws when a part could not be read.
   */
  read(isKnown: (name: string) => boolean): Promise<readonly MarkedThing[]>
}
