import { z } from 'zod'
import { override, reason } from './cluster.js'

/** Another image, to hold one against. */
export const compareImagesInput = z.strictObject({
  against: z.string('Name the other image: ?against=….').min(1, 'Name the other image: ?against=….'),
})

const whyNotBad = 'Write down why it is not bad: whoever deploys it will ask.'

export const unmarkBadInput = z.strictObject({
  reason: z.string(whyNotBad).trim().min(1, whyNotBad).max(500),
})

export const retireInput = z.strictObject({
  name: z.string('Type the image’s name.').min(1, 'Type the image’s name.'),
  reason,
  override,
})
