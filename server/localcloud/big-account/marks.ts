import type { BigAccountPlace } from './ground.js'

/** What a generated instance says of itself, to whoever reads its tags. */
export const recordTag = { 'localcloud:record': 'generated: a record without a process' }

/** The marks of whoever made it: the name that an installation has by default. */
export function marks(application: string, cluster?: string, operation?: string): Record<string, string> {
  return {
    'delling:owner': 'delling',
    'delling:app': application,
    ...(cluster && { 'delling:cluster': cluster }),
    ...(operation && { 'delling:op': operation }),
  }
}

export function arnIn({ region, accountId }: BigAccountPlace, resource: string): string {
  return `arn:aws:elasticloadbalancing:${region}:${accountId}:${resource}`
}
