/** How long images stay, and how many of them. */
export interface RetentionLimits {
  /** Days since something was last seen to refer to it. */
  readonly unreferencedDays: number
  /** Days since it was baked, where nothing was ever seen to. */
  readonly neverReferencedDays: number
  /** The newest so many of each application stay. */
  readonly keepNewest: number
}

/** When the retention job retires images by itself, and which. */
export interface ImageRetentionPolicy extends RetentionLimits {
  /** Grows with every change of what it says, so that a dry run tells of which policy it was; 0: nobody has set one. */
  readonly version: number
  /** Only then images are retired at night; a policy that was changed is off. */
  readonly on: boolean
  /** Images of one run at most. */
  readonly limit: number
  /** What is otherwise for some applications. */
  readonly applications: Readonly<Record<string, Partial<RetentionLimits>>>
  readonly changedBy: string | null
  readonly changedAt: Date | null
}

/** Nobody may go below these, nor above the last. */
export const leastUnreferencedDays = 30
export const leastNeverReferencedDays = 3
export const mostDays = 3650
export const mostKept = 1000
export const mostARun = 150

/** What holds while nobody has set a policy: off. */
export const firstPolicy: ImageRetentionPolicy = {
  version: 0,
  on: false,
  unreferencedDays: 60,
  neverReferencedDays: 14,
  keepNewest: 5,
  limit: 50,
  applications: {},
  changedBy: null,
  changedAt: null,
}

/** The limits that hold for one application. */
export function limitsFor(policy: ImageRetentionPolicy, application: string): RetentionLimits {
  const { unreferencedDays, neverReferencedDays, keepNewest } = policy
  return {
    unreferencedDays,
    neverReferencedDays,
    keepNewest,
    ...(Object.hasOwn(policy.applications, application) ? policy.applications[application] : {}),
  }
}

/** `last referenced 60 days ago or more, …`: what a policy says, as a sentence goes on. */
export function policyWords(policy: Pick<ImageRetentionPolicy, keyof RetentionLimits | 'limit'>): string {
  return `not referenced for ${policy.unreferencedDays} days, or never and ${policy.neverReferencedDays} days old; the newest ${policy.keepNewest} of each application stay; at most ${policy.limit} a run`
}
