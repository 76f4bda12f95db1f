export type Tags = Readonly<Record<string, string>>

/** The marks on everything we make: who owns it, and which application, cluster and operation it is for. */
export function ownTags(owner: string, application: string, cluster: string, operationId: string): Tags {
  return {
    'delling:owner': owner,
    'delling:app': application,
    'delling:cluster': cluster,
    'delling:op': operationId,
  }
}

/** Rules and listeners that Delling may change carry this, so that a policy can be limited to them. */
export const managedTag: Tags = { 'delling:managed': 'true' }

/** Marks of Delling and of AWS are made anew, or not at all. */
export function isReservedTag(key: string): boolean {
  return key.startsWith('delling:') || key.startsWith('aws:')
}
