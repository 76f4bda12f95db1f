import { reasonImageStays, type ImageUse } from '../domain/image-uses.js'
import type { RetirementPlan } from '../engine/retire-image.js'

const unseen: ImageUse = {
  kind: 'account',
  name: 'Something that you may not see',
  says: 'uses it',
  href: null,
}

/**
 * A plan of an image's end for somebody who may not see all applications: what keeps the image counts, and is not named, unless
 * it is among the uses that they may see.
 */
export function withSeenUses(plan: RetirementPlan, seen: readonly ImageUse[]): RetirementPlan {
  const keyOf = ({ kind, name }: ImageUse) => `${kind} ${name}`
  const known = new Set(seen.map(keyOf))
  const shown = plan.uses.filter((use) => known.has(keyOf(use)))
  const uses = shown.length < plan.uses.length ? [...shown, unseen] : shown
  return {
    ...plan,
    uses,
    // What nobody could tell is said without naming whose it is.
    reasonStays:
      plan.reasonStays && (plan.kept ?? reasonImageStays(uses, null) ?? 'It can’t be told what is in use.'),
  }
}
