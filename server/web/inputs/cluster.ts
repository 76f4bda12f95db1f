import { z } from 'zod'
import { reasonBadClusterName } from '../../domain/names.js'
import { reasonBadPath } from '../../domain/smoke-test.js'
import { reasonBadSteps } from '../../domain/trials.js'
import { healthPath, port } from './application.js'
import { wholeNumber } from './whole-number.js'
import { atMostCharacters } from './issue-words.js'

const texts = z.array(z.string().min(1)).max(50)

const clusterName = z.string().superRefine((name, context) => {
  const reason = reasonBadClusterName(name)
  if (reason) context.addIssue({ code: 'custom', message: reason })
})

const variables = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'A variable’s name has letters, digits and “_”.'),
  z.string('Write each variable as NAME=value.').max(4096, atMostCharacters(4096)),
)

/** One size, or smallest, largest and wanted. Whether they fit together is the engine's to say. */
export const sizeFields = {
  size: wholeNumber('A size', 0, 500).optional(),
  min: wholeNumber('The smallest size', 0, 500).optional(),
  max: wholeNumber('The largest size', 0, 500).optional(),
  desired: wholeNumber('The wanted size', 0, 500).optional(),
}

export const reason = z.string().max(500, atMostCharacters(500)).optional()
/** A written reason for starting in spite of a hold, a stop, a freeze or closed windows. */
export const override = z
  .string()
  .max(500, atMostCharacters(500))
  .optional()
  .describe('Why it starts in spite of a hold, a stop, a freeze or closed windows; recorded.')

export const clusterInput = z.strictObject({
  name: clusterName,
  image: z.string('Choose an image.').min(1, 'Choose an image.'),
  ...sizeFields,
  vpc: z.string().optional(),
  zones: texts.optional(),
  subnets: texts.optional(),
  instanceType: z.string().max(60, atMostCharacters(60)).optional(),
  securityGroups: texts.optional(),
  instanceProfile: z.string().max(128, atMostCharacters(128)).optional(),
  userData: z
    .string()
    .max(12_000, 'User data has at most 12,000 characters: AWS takes 16 KiB, and ours comes first.')
    .optional(),
  environment: variables.optional(),
  scalingCpu: wholeNumber('The processor target', 1, 100).optional(),
  loadBalancer: z.string().max(300, atMostCharacters(300)).optional(),
  rule: z.string().max(300, atMostCharacters(300)).optional(),
  listenerPort: port.optional(),
  host: texts.optional(),
  path: texts.optional(),
  healthPath: healthPath.optional(),
  healthIntervalSec: wholeNumber('The interval', 5, 300).optional(),
  healthTimeoutSec: wholeNumber('The time-out', 2, 120).optional(),
  healthyThreshold: wholeNumber('The threshold', 2, 10).optional(),
  unhealthyThreshold: wholeNumber('The threshold', 2, 10).optional(),
  matcher: z
    .string()
    .regex(/^\d{3}([-,]\d{3})*$/, 'Write status codes such as 200, 200-299 or 200,202.')
    .optional(),
  port: port.optional(),
  deregistrationDelaySec: wholeNumber('The draining time', 0, 3600).optional(),
  healthCheckGraceSec: wholeNumber('The grace', 0, 7200).optional(),
  morning: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write the morning as HH:MM, such as 07:30.')
    .optional(),
  timeZone: z
    .string()
    .refine(isTimeZone, 'This is not a time zone’s name, such as Europe/Berlin.')
    .optional(),
  minWarmHours: wholeNumber('The hours', 0, 168).optional(),
  maxWarm: wholeNumber('The number of warm groups', 1, 3).optional(),
  warm: z.enum(['held', 'follow'], 'Choose “held” or “follow”.').optional(),
  switchBack: z.enum(['person', 'automatic'], 'Choose “person” or “automatic”.').optional(),
  alarms: texts.optional(),
  smokeTestPath: z
    .string()
    .superRefine((path, context) => {
      const reason = reasonBadPath(path)
      if (reason) context.addIssue({ code: 'custom', message: reason })
    })
    .optional(),
  smokeTestStatus: wholeNumber('The status', 200, 599).optional(),
  smokeTestSuccesses: wholeNumber('The number of requests', 1, 100).optional(),
  smokeTestWithinSec: wholeNumber('The time of the test', 5, 3600).optional(),
  smokeTestText: z.string().min(1).max(500, atMostCharacters(500)).optional(),
  canarySteps: z
    .array(z.coerce.number('Write the steps as whole per cent, such as 5, 25.'))
    .superRefine((steps, context) => {
      const reason = reasonBadSteps(steps)
      if (reason) context.addIssue({ code: 'custom', message: reason })
    })
    .optional(),
  canaryHoldSec: wholeNumber('The hold', 5, 86_400).optional(),
  canaryMinRequests: wholeNumber('The number of requests', 0, 1_000_000).optional(),
  canaryUnsure: z.enum(['wait', 'goBack'], 'Choose “wait” (it is held for longer) or “goBack”.').optional(),
  approvalWithinMin: wholeNumber('The time to approve', 1, 1440).optional(),
  approvalAtDeadline: z
    .enum(['abort', 'switch'], 'Choose “abort” (it gives up) or “switch” (it goes on).')
    .optional(),
  reason,
  override,
})

const typedName = z.string('Type the cluster’s name.').min(1, 'Type the cluster’s name.')

/** `name` repeats the cluster's: what is meant is said twice. */
export const decommissionInput = z.strictObject({ name: typedName, reason, override })
export const giveBackInput = z.strictObject({ name: typedName, reason, override })

export type ClusterInput = z.output<typeof clusterInput>

export const clusterForm = {
  numbers: [
    'size',
    'min',
    'max',
    'desired',
    'scalingCpu',
    'listenerPort',
    'healthIntervalSec',
    'healthTimeoutSec',
    'healthyThreshold',
    'unhealthyThreshold',
    'port',
    'deregistrationDelaySec',
    'healthCheckGraceSec',
    'minWarmHours',
    'maxWarm',
    'smokeTestStatus',
    'smokeTestSuccesses',
    'smokeTestWithinSec',
    'canaryHoldSec',
    'canaryMinRequests',
    'approvalWithinMin',
  ],
  lists: ['zones', 'subnets', 'securityGroups', 'host', 'path', 'alarms', 'canarySteps'],
  pairs: ['environment'],
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Which groups of somebody else’s become a cluster: what a plan is made from. */
export const adoptionInput = z.strictObject({
  groups: z.array(z.string()).max(100).optional(),
  userData: z.enum(['keep', 'drop'], 'Choose “keep” (it runs after Delling’s own) or “drop”.').optional(),
  owner: z.string().max(200, atMostCharacters(200)).optional(),
})

export const adoptInput = adoptionInput.extend({ name: typedName, reason, override })
