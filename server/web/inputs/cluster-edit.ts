import { z } from 'zod'
import { editable } from '../../engine/edit-cluster.js'
import { clusterInput, reason } from './cluster.js'
import { seenFields } from './seen-fields.js'

const { shape } = clusterInput

/** Each as in the form of a new cluster; null empties it, what is left out stays. */
export const clusterEditInput = z.strictObject({
  subnets: z
    .array(z.string().min(1))
    .min(1, 'Choose a subnet in each of at least three zones.')
    .max(50)
    .optional(),
  instanceType: shape.instanceType.nullable(),
  securityGroups: shape.securityGroups.nullable(),
  instanceProfile: shape.instanceProfile.nullable(),
  scalingCpu: shape.scalingCpu.nullable(),
  userData: shape.userData.nullable(),
  environment: shape.environment.nullable(),
  port: shape.port.nullable(),
  healthPath: shape.healthPath.nullable(),
  healthIntervalSec: shape.healthIntervalSec.nullable(),
  healthTimeoutSec: shape.healthTimeoutSec.nullable(),
  healthyThreshold: shape.healthyThreshold.nullable(),
  unhealthyThreshold: shape.unhealthyThreshold.nullable(),
  matcher: shape.matcher.nullable(),
  deregistrationDelaySec: shape.deregistrationDelaySec.nullable(),
  healthCheckGraceSec: shape.healthCheckGraceSec.nullable(),
  morning: shape.morning.nullable(),
  timeZone: shape.timeZone.nullable(),
  minWarmHours: shape.minWarmHours.nullable(),
  maxWarm: shape.maxWarm.nullable(),
  warm: shape.warm.nullable(),
  switchBack: shape.switchBack.nullable(),
  alarms: shape.alarms.nullable(),
  smokeTestPath: shape.smokeTestPath.nullable(),
  smokeTestStatus: shape.smokeTestStatus.nullable(),
  smokeTestSuccesses: shape.smokeTestSuccesses.nullable(),
  smokeTestWithinSec: shape.smokeTestWithinSec.nullable(),
  smokeTestText: shape.smokeTestText.nullable(),
  canarySteps: shape.canarySteps.nullable(),
  canaryHoldSec: shape.canaryHoldSec.nullable(),
  canaryMinRequests: shape.canaryMinRequests.nullable(),
  canaryUnsure: shape.canaryUnsure.nullable(),
  approvalWithinMin: shape.approvalWithinMin.nullable(),
  approvalAtDeadline: shape.approvalAtDeadline.nullable(),
  seen: seenFields(editable),
  reason,
})

/** A form shows everything: what is blank in it is meant to be empty. */
export function editOfForm(typed: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const emptied = Object.fromEntries(editable.map((name) => [name, name === 'subnets' ? [] : null]))
  return { ...emptied, ...typed }
}
