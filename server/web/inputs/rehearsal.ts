import { z } from 'zod'
import { ailmentKinds, faultKinds, type Rehearsal, type RehearsalAct } from '../../domain/rehearsal.js'
import type { FormShape } from './form.js'
import { atMostCharacters } from './issue-words.js'

const name = (what: string) => z.string(`Name the ${what}.`).trim().min(1, `Name the ${what}.`).max(110)
const between = (what: string, from: number, to: number) =>
  z
    .number(`${what} is a number.`)
    .min(from, `${what} is at least ${from}.`)
    .max(to, `${what} is at most ${to}.`)
const whole = (what: string, from: number, to: number) =>
  between(what, from, to).int(`${what} is a whole number.`)

const zone = name('zone')
const group = name('group')
const instance = name('instance')
const length = (longestMs: number) => whole('The time in milliseconds', 1, longestMs)

/** Kinds of fault that mean nothing without one more field. */
const needed: Readonly<Partial<Record<string, 'delayMs' | 'names'>>> = {
  delay: 'delayMs',
  late: 'delayMs',
  stale: 'delayMs',
  hide: 'names',
}

const fault = z
  .strictObject({
    act: z.literal('fault'),
    action: z
      .string('Name an AWS operation, such as RunInstances, or “*” for any.')
      .regex(/^([A-Z][A-Za-z0-9]{2,80}|\*)$/, 'Name an AWS operation, such as RunInstances, or “*” for any.'),
    kind: z.enum(faultKinds, `Choose ${faultKinds.join(', ')}.`),
    times: whole('The number of calls', 1, 1000).default(1),
    delayMs: whole('The time in milliseconds', 0, 1_200_000).optional(),
    code: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9.]{2,80}$/, 'Write an AWS error code, such as InsufficientInstanceCapacity.')
      .optional(),
    about: z.string().max(200, atMostCharacters(200)).optional(),
    names: z
      .array(z.string().min(1).max(300, atMostCharacters(300)))
      .min(1)
      .max(50)
      .optional(),
  })
  .superRefine((asked, context) => {
    const missing = needed[asked.kind]
    if (missing && !asked[missing])
      context.addIssue({
        code: 'custom',
        path: [missing],
        message:
          missing === 'names'
            ? 'Name what is left out: names, ids or ARNs.'
            : `Say by how many milliseconds: “${asked.kind}” needs it.`,
      })
  })

const resize = z
  .strictObject({
    act: z.literal('resize'),
    group,
    min: whole('The smallest size', 0, 1000),
    desired: whole('The size', 0, 1000),
    max: whole('The largest size', 0, 1000),
  })
  .superRefine(({ min, desired, max }, context) => {
    const path = desired < min || desired > max ? 'desired' : min > max ? 'max' : null
    if (path)
      context.addIssue({
        code: 'custom',
        path: [path],
        message: 'The size lies between the smallest and the largest.',
      })
  })

const acts = {
  'no-capacity': z.strictObject({ act: z.literal('no-capacity'), zone }),
  'dark-zone': z.strictObject({ act: z.literal('dark-zone'), zone }),
  ailment: z.strictObject({
    act: z.literal('ailment'),
    of: name('instance or the group, or “*” for every instance'),
    kind: z.enum(ailmentKinds, `Choose ${ailmentKinds.join(', ')}.`),
  }),
  'slow-answers': z.strictObject({ act: z.literal('slow-answers'), ms: length(10_000) }),
  'late-visibility': z.strictObject({ act: z.literal('late-visibility'), ms: length(600_000) }),
  'stale-reads': z.strictObject({ act: z.literal('stale-reads'), ms: length(60_000) }),
  'late-console': z.strictObject({ act: z.literal('late-console'), ms: length(600_000) }),
  throttle: z.strictObject({
    act: z.literal('throttle'),
    perSecond: between('The rate', 0.1, 1000),
    burst: whole('The burst', 1, 1000),
  }),
  'failing-images': z.strictObject({
    act: z.literal('failing-images'),
    count: whole('The number of images', 1, 100),
  }),
  fault,
  'move-clock': z.strictObject({ act: z.literal('move-clock'), hours: between('The hours', 0.01, 720) }),
  'freeze-clock': z.strictObject({ act: z.literal('freeze-clock') }),
  crash: z.strictObject({ act: z.literal('crash'), instance }),
  terminate: z.strictObject({ act: z.literal('terminate'), instance }),
  weight: z.strictObject({ act: z.literal('weight'), group, weight: whole('A weight', 0, 999) }),
  resize,
  'delete-target-group': z.strictObject({ act: z.literal('delete-target-group'), group }),
} satisfies Record<RehearsalAct, z.ZodType<Rehearsal>>

export const rehearsalActs = Object.keys(acts) as readonly RehearsalAct[]

export const rehearsalInput: z.ZodType<Rehearsal> = z.discriminatedUnion(
  'act',
  Object.values(acts) as unknown as [typeof acts.ailment],
  `Name what is rehearsed: ${rehearsalActs.join(', ')}.`,
)

export const endInput = z.strictObject({
  key: z.string('Name the key of what ends, or “all”.').trim().min(1).max(300, atMostCharacters(300)),
})

export const rehearsalForm: FormShape = {
  numbers: [
    'ms',
    'perSecond',
    'burst',
    'count',
    'times',
    'delayMs',
    'hours',
    'weight',
    'min',
    'desired',
    'max',
  ],
  lists: ['names'],
}
