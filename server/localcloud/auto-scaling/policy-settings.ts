import type { PutScalingPolicyType, StepAdjustment } from '@aws-sdk/client-auto-scaling'
import { AwsFault } from '../fault.js'
import type { PolicyRecord } from './group-record.js'

type PolicyType = PolicyRecord['type']
type Setting = keyof PutScalingPolicyType

export const adjustmentTypes = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity']
const aggregations = ['Minimum', 'Maximum', 'Average']

/** The settings that belong to some types of policy only. */
const owners: readonly (readonly [setting: Setting, ...types: PolicyType[]])[] = [
  ['AdjustmentType', 'SimpleScaling', 'StepScaling'],
  ['ScalingAdjustment', 'SimpleScaling'],
  ['Cooldown', 'SimpleScaling'],
  ['MinAdjustmentStep', 'SimpleScaling'],
  ['MinAdjustmentMagnitude', 'SimpleScaling', 'StepScaling'],
  ['StepAdjustments', 'StepScaling'],
  ['MetricAggregationType', 'StepScaling'],
  ['EstimatedInstanceWarmup', 'StepScaling', 'TargetTrackingScaling'],
  ['TargetTrackingConfiguration', 'TargetTrackingScaling'],
  ['PredictiveScalingConfiguration'],
]

const invalid = (message: string) => new AwsFault('ValidationError', message)

/** Throws ValidationError for a policy that lacks what its type needs, or has what belongs to another type. */
export function checkPolicy(type: PolicyType, input: PutScalingPolicyType): void {
  for (const [setting, ...types] of owners) {
    const value = input[setting]
    const given = value !== undefined && !(Array.isArray(value) && value.length === 0)
    if (given && !types.includes(type))
      throw invalid(`${setting} cannot be specified for policies of type ${type}`)
  }
  if (type === 'TargetTrackingScaling') checkTracking(input)
  else checkAdjustment(type, input)
  for (const setting of ['Cooldown', 'EstimatedInstanceWarmup'] as const) {
    if ((input[setting] ?? 0) < 0) throw invalid(`${setting} cannot be less than zero`)
  }
}

function checkTracking({ TargetTrackingConfiguration: tracking }: PutScalingPolicyType): void {
  if (!tracking) throw invalid('TargetTrackingConfiguration is required for target tracking policies')
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = tracking
  if (predefined && customized)
    throw invalid('A predefined and a customized metric specification cannot be specified together')
  const { PredefinedMetricType: metric, ResourceLabel: label } = predefined ?? {}
  if (label && metric !== 'ALBRequestCountPerTarget')
    throw invalid(`A resource label cannot be specified for the metric ${metric}`)
}

function checkAdjustment(type: PolicyType, input: PutScalingPolicyType): void {
  const { AdjustmentType: adjustment = '', MinAdjustmentMagnitude: magnitude } = input
  if (!adjustmentTypes.includes(adjustment))
    throw invalid(`AdjustmentType must be one of ${adjustmentTypes.join(', ')}`)
  if (type === 'SimpleScaling' && input.ScalingAdjustment === undefined)
    throw invalid('ScalingAdjustment is required for simple scaling policies')
  if (magnitude !== undefined && adjustment !== 'PercentChangeInCapacity')
    throw invalid('MinAdjustmentMagnitude can be specified for PercentChangeInCapacity only')
  if (magnitude !== undefined && magnitude < 1)
    throw invalid('MinAdjustmentMagnitude must be greater than zero')
  if (adjustment === 'ExactCapacity') {
    const steps = input.StepAdjustments?.map((step) => step.ScalingAdjustment ?? 0) ?? []
    if ([input.ScalingAdjustment ?? 0, ...steps].some((value) => value < 0))
      throw invalid('The scaling adjustment cannot be less than zero for ExactCapacity')
  }
  if (type === 'StepScaling') checkSteps(input)
}

function checkSteps(input: PutScalingPolicyType): void {
  const { StepAdjustments: steps = [], MetricAggregationType: aggregation } = input
  if (steps.length === 0) throw invalid('StepAdjustments are required for step scaling policies')
  if (aggregation !== undefined && !aggregations.includes(aggregation))
    throw invalid(`MetricAggregationType must be one of ${aggregations.join(', ')}`)
  const bounds = (step: StepAdjustment) => ({
    lower: step.MetricIntervalLowerBound ?? -Infinity,
    upper: step.MetricIntervalUpperBound ?? Infinity,
  })
  const sorted = steps.map(bounds).sort((a, b) => a.lower - b.lower)
  for (const [at, { lower, upper }] of sorted.entries()) {
    if (lower >= upper) throw invalid('The upper bound of a step must be greater than its lower bound')
    const before = sorted[at - 1]
    if (before && lower < before.upper) throw invalid("StepAdjustment intervals can't overlap")
    if (before && lower > before.upper) throw invalid("There can't be a gap between StepAdjustment intervals")
  }
}
