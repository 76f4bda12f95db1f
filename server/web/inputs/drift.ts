import { z } from 'zod'

const group = z.string('Name the group.').trim().min(1, 'Name the group.').max(110)

/** Which difference is meant: the weights are the cluster's, everything else is a group's. */
export const differenceInput = z.discriminatedUnion(
  'what',
  [
    z.strictObject({ what: z.literal('weights') }),
    z.strictObject({ what: z.enum(['size', 'processes', 'group']), group }),
  ],
  'Name what is meant: “weights”, or “size”, “processes” or “group” and the group.',
)
