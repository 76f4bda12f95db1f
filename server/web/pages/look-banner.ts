import type { Age } from '../../engine/balancing.js'
import { moment } from './moment.js'
import { withStop } from './words.js'

/** What stands above what AWS showed: that it is old or missing, and that the reader sees a part. */
export interface LookBanner {
  readonly fault: { readonly title: string; readonly text: string } | null
  readonly partial: string | null
}

export function lookBanner(
  { seenAt, fault, partial }: Age & { readonly partial: boolean },
  zone: string,
  now: Date,
): LookBanner {
  const shown = seenAt
    ? `What is shown is as it was read at ${moment(seenAt, zone, now).text}.`
    : 'Nothing of it can be shown yet.'
  return {
    fault:
      fault === null ? null : { title: 'AWS could not be read now', text: `${withStop(fault)} ${shown}` },
    partial: partial ? 'Only what belongs to applications that you may see is shown.' : null,
  }
}
