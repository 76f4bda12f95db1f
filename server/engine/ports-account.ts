import type { Balancing, TargetGroupDetail } from '../domain/balancing.js'
import type { Fleet } from '../domain/fleet.js'
import type { AccountImage } from '../domain/image-retention.js'
import type { ObservedActivity, ObservedTarget } from '../domain/observation.js'

/** What was seen, and how old it is: a look that failed leaves the last good one, and says so. */
export interface Look<Seen> {
  /** Null: nothing could be read yet. */
  readonly seen: Seen | null
  /** When the reading of what is shown began. */
  readonly at: Date | null
  /** Why the last look failed, or that it is not done yet; null while what is shown is what was last asked for. */
  readonly fault: string | null
}

/** The targets of a target group, as a look at its cluster showed them. */
export interface TargetsSeen {
  readonly targets: readonly ObservedTarget[]
  readonly at: Date
}

/** What a look at the whole account may cost, and what it need not ask for again. */
export interface AccountLeave {
  /** Resolves once a request may be sent. */
  leaveForAccount(): Promise<void>
  /** The same for a request about one thing, which goes first. */
  leaveForOne(): Promise<void>
  /** Takes so many requests where they are there; false: what was seen last has to do. */
  takeForAccount(requests: number): boolean
  /** Notes requests that could not wait, because a person or a decision does: those that can, make up for them. */
  oweForAccount(requests: number): void
  /** What was seen of a target group within that time; null where nothing was. */
  targetsSeen(targetGroupArn: string, maxAgeMs: number): TargetsSeen | null
  /** Forgets target groups that are gone. */
  keepTargetsOf(targetGroupArns: ReadonlySet<string>): void
}

/**
 * Looks at the whole account for pages and the API; no decision reads it. However many people look, what they ask is read
 * once, and rested from in proportion to what it cost.
 */
export interface AccountObserver {
  /** `maxAgeMs`: content with a look of that age, though a younger one could be had. */
  balancing(maxAgeMs?: number): Promise<Look<Balancing>>
  fleet(maxAgeMs?: number): Promise<Look<Fleet>>
  /** Every image of the account that carries a mark of Delling’s. */
  images(maxAgeMs?: number): Promise<Look<readonly AccountImage[]>>
  /** Nothing seen where it is gone, too. */
  targetGroup(arn: string): Promise<Look<TargetGroupDetail | null>>
  /** The latest scaling activities of an Auto Scaling group, newest first. */
  activities(group: string): Promise<Look<readonly ObservedActivity[]>>
  /** What a version of a launch template hands to its instances when they first start; '' where it is none or gone. */
  userData(launchTemplateId: string, version: string): Promise<Look<string>>
}
