import { z } from 'zod'
import { notificationKinds, usualKinds } from '../../domain/notification.js'
import { atMostCharacters } from './issue-words.js'

/** A new channel. Where its address may lead is the engine's to judge. */
export const channelInput = z.strictObject({
  name: z
    .string('Give it a name.')
    .trim()
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{N} ._#-]{0,59}$/u,
      'A name has 1 to 60 letters, digits, blanks, dots, dashes and #.',
    ),
  kind: z.enum(['webhook', 'slack'], 'Choose “webhook” (signed JSON) or “slack” (a message).'),
  url: z
    .string('Write the address to send to.')
    .trim()
    .min(1, 'Write the address to send to.')
    .max(2000, atMostCharacters(2000)),
  application: z
    .string()
    .nullish()
    .transform((name) => name || null),
  kinds: z
    .array(z.enum(notificationKinds, `Choose among ${notificationKinds.join(', ')}.`))
    .min(1, 'Choose at least one thing to be told of.')
    .default([...usualKinds]),
})
export const channelForm = { lists: ['kinds'] }

const deliveryStates = ['waiting', 'delivered', 'givenUp'] as const

export const deliveryState = z
  .enum(deliveryStates, `Choose among ${deliveryStates.join(', ')}.`)
  .describe('Only those in this state.')
