import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { type Parts, targetGroupOf } from './parts.js'
import type { TargetGroupRecord, TargetRecord } from './records.js'

const MAX_TARGETS = 1000

export function targetOperations(parts: Parts): Record<string, Operation> {
  return {
    RegisterTargets: (input: RegisterTargetsInput) => {
      registerTargets(parts, targetGroupOf(parts, input.TargetGroupArn), input.Targets ?? [])
      return {}
    },
    DeregisterTargets: (input: DeregisterTargetsInput) => {
      // The answer does not wait for the draining.
      void deregisterTargets(parts, targetGroupOf(parts, input.TargetGroupArn), input.Targets ?? [])
      return {}
    },
    DescribeTargetHealth: (input: DescribeTargetHealthInput) => {
      const record = targetGroupOf(parts, input.TargetGroupArn)
      const chosen = input.Targets?.length
        ? input.Targets.map((target) => healthOf(parts, record, target))
        : record.targets.map((target) => healthOf(parts, record, { Id: target.id, Port: target.port }))
      return { TargetHealthDescriptions: chosen }
    },
  }
}

/** Registering again a target that drains takes it back. Throws AwsFault; then none has been registered. */
export function registerTargets(
  parts: Parts,
  record: TargetGroupRecord,
  targets: readonly TargetDescription[],
): void {
  checkTargets(parts, record, targets)
  const added = targets.filter(({ Id, Port = record.port }) => !isRegistered(record, Id, Port))
  if (record.targets.length + added.length > MAX_TARGETS) {
    throw new AwsFault('TooManyTargets', "You've reached the limit on the number of targets")
  }
  for (const { Id: id = '', Port: port = record.port } of targets) {
    const known = record.targets.find((target) => target.id === id && target.port === port)
    if (known) known.draining = false
    else record.targets.push({ id, port, draining: false })
  }
  parts.changed()
}

/** Resolves when all of them have drained. Unknown targets are fine. */
export async function deregisterTargets(
  parts: Parts,
  record: TargetGroupRecord,
  targets: readonly TargetDescription[],
): Promise<void> {
  const leaving = record.targets.filter((known) =>
    targets.some((target) => target.Id === known.id && (target.Port ?? known.port) === known.port),
  )
  const drains = leaving.map((target: TargetRecord) => parts.registry.drain(record, target))
  parts.changed()
  await Promise.all(drains)
}

const isRegistered = (record: TargetGroupRecord, id: string | undefined, port: number): boolean =>
  record.targets.some((target) => target.id === id && target.port === port)

/** Each for itself first, then all that share a fault in one message, as AWS names them. */
function checkTargets(parts: Parts, record: TargetGroupRecord, targets: readonly TargetDescription[]): void {
  for (const target of targets) checkTarget(record, target)
  if (record.targetType !== 'instance') return
  const instances = targets.map(({ Id: id = '' }) => ({ id, seen: parts.cloud.ec2.instance(id) }))
  const refuse = (sentence: string, wrong: typeof instances) => {
    if (wrong.length === 0) return
    const ids = [...new Set(wrong.map(({ id }) => `'${id}'`))].join(', ')
    throw new AwsFault('InvalidTarget', `The following targets ${sentence}: ${ids}`)
  }
  refuse(
    'do not exist',
    instances.filter(({ seen }) => !seen),
  )
  refuse(
    'are not in a running state and cannot be registered',
    instances.filter(({ seen }) => seen?.state !== 'running'),
  )
  refuse(
    `are not in the target group VPC '${record.vpcId}'`,
    instances.filter(({ seen }) => seen?.vpcId !== record.vpcId),
  )
}

function checkTarget(record: TargetGroupRecord, target: TargetDescription): void {
  const id = target.Id ?? ''
  if (target.Port !== undefined && (target.Port < 1 || target.Port > 65_535)) {
    throw new AwsFault('ValidationError', `The port '${target.Port}' must be between 1 and 65535`)
  }
  if (record.targetType === 'ip' && id !== '127.0.0.1') {
    throw new AwsFault(
      'ValidationError',
      `The IP address '${id}' is not valid: in the local cloud a target of type ip is 127.0.0.1 with a port`,
    )
  }
  if (record.targetType === 'instance' && !/^i-[0-9a-f]+$/.test(id))
    throw new AwsFault('ValidationError', `Instance ID '${id}' is not valid`)
}

function healthOf(
  parts: Parts,
  record: TargetGroupRecord,
  asked: TargetDescription,
): TargetHealthDescription {
  const port = asked.Port ?? record.port
  const target = parts.registry.group(record.arn)?.find(asked.Id ?? '', asked.Port)
  const zone =
    record.targetType === 'instance' ? parts.cloud.ec2.instance(asked.Id ?? '')?.availabilityZone : undefined
  const Target: TargetDescription = { Id: asked.Id, Port: target?.registeredPort ?? port }
  if (record.targetType === 'ip') Target.AvailabilityZone = asked.AvailabilityZone
  if (!target) {
    if (record.targetType === 'instance' && !zone) {
      throw new AwsFault('InvalidTarget', `The following targets do not exist: '${asked.Id}'`)
    }
    return {
      Target,
      TargetHealth: {
        State: 'unused',
        Reason: 'Target.NotRegistered',
        Description: 'Target is not registered to the target group',
      },
    }
  }
  const checkPort =
    record.healthCheck.port === 'traffic-port' ? target.registeredPort : record.healthCheck.port
  return { Target, HealthCheckPort: String(checkPort), TargetHealth: target.describe() }
}
