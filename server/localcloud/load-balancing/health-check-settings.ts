import type { ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../fault.js'
import type { HealthCheck } from './records.js'

export const firstHealthCheck = (protocol: string): HealthCheck => ({
  enabled: true,
  protocol,
  port: 'traffic-port',
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
})

/** The settings after a change. Throws AwsFault; `before` is untouched. */
export function checkedHealthCheck(
  before: HealthCheck,
  change: Omit<ModifyTargetGroupInput, 'TargetGroupArn'>,
): HealthCheck {
  const after: HealthCheck = {
    enabled: change.HealthCheckEnabled ?? before.enabled,
    protocol: change.HealthCheckProtocol ?? before.protocol,
    port: change.HealthCheckPort ?? before.port,
    path: change.HealthCheckPath ?? before.path,
    intervalSeconds: change.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    timeoutSeconds: change.HealthCheckTimeoutSeconds ?? before.timeoutSeconds,
    healthyThreshold: change.HealthyThresholdCount ?? before.healthyThreshold,
    unhealthyThreshold: change.UnhealthyThresholdCount ?? before.unhealthyThreshold,
    matcher: change.Matcher?.HttpCode ?? before.matcher,
  }
  range('interval', after.intervalSeconds, 5, 300)
  range('timeout', after.timeoutSeconds, 2, 120)
  range('healthy threshold count', after.healthyThreshold, 2, 10)
  range('unhealthy threshold count', after.unhealthyThreshold, 2, 10)
  if (after.timeoutSeconds >= after.intervalSeconds) {
    throw new AwsFault(
      'ValidationError',
      `Health check timeout '${after.timeoutSeconds}' must be smaller than the interval '${after.intervalSeconds}'`,
    )
  }
  if (!after.path.startsWith('/') || after.path.length > 1024) {
    throw new AwsFault('ValidationError', `Health check path '${after.path}' must begin with '/'`)
  }
  if (after.port !== 'traffic-port') range('port', Number(after.port), 1, 65_535)
  if (after.protocol !== 'HTTP' && after.protocol !== 'HTTPS') {
    throw new AwsFault(
      'ValidationError',
      `Health check protocol '${after.protocol}' must be one of 'HTTP, HTTPS'`,
    )
  }
  checkMatcher(after.matcher)
  return after
}

function range(what: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return
  throw new AwsFault('ValidationError', `Health check ${what} '${value}' must be between ${from} and ${to}`)
}

function checkMatcher(matcher: string): void {
  const parts = matcher.split(',').flatMap((part) => part.split('-'))
  const valid = /^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/.test(matcher)
  if (valid && parts.every((code) => Number(code) >= 200 && Number(code) <= 499)) return
  throw new AwsFault(
    'ValidationError',
    `Health check matcher HTTP code '${matcher}' must be within '200-499'`,
  )
}
