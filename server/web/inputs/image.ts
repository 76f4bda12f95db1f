import { z } from 'zod'

/** Another image, to hold one against. */
export const compareImagesInput = z.strictObject({
  against: z.string('Name the other image: ?against=….').min(1, 'Name the other image: ?against=….'),
})
