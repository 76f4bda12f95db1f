import { AwsFault } from '../fault.js'

type Values = Record<string, string>
type Allowed = (value: string) => boolean

const flag: Allowed = (value) => value === 'true' || value === 'false'
const oneOf =
  (...values: string[]): Allowed =>
  (value) =>
    values.includes(value)
const between =
  (from: number, to: number): Allowed =>
  (value) =>
    /^\d+$/.test(value) && Number(value) >= from && Number(value) <= to
const offOr =
  (allowed: Allowed): Allowed =>
  (value) =>
    value === 'off' || allowed(value)
const anything: Allowed = () => true
const slowStart: Allowed = (value) => value === '0' || between(30, 900)(value)

/** Default and legal values of a target group's attributes (ALB). */
const targetGroupAttributes: Record<string, readonly [string, Allowed]> = {
  'deregistration_delay.timeout_seconds': ['300', between(0, 3600)],
  'stickiness.enabled': ['false', flag],
  'stickiness.type': ['lb_cookie', oneOf('lb_cookie', 'app_cookie')],
  'stickiness.lb_cookie.duration_seconds': ['86400', between(1, 604_800)],
  'stickiness.app_cookie.cookie_name': ['', anything],
  'stickiness.app_cookie.duration_seconds': ['86400', between(1, 604_800)],
  'slow_start.duration_seconds': ['0', slowStart],
  'load_balancing.algorithm.type': [
    'round_robin',
    oneOf('round_robin', 'least_outstanding_requests', 'weighted_random'),
  ],
  'load_balancing.algorithm.anomaly_mitigation': ['off', oneOf('on', 'off')],
  'load_balancing.cross_zone.enabled': [
    'use_load_balancer_configuration',
    oneOf('true', 'false', 'use_load_balancer_configuration'),
  ],
  'target_group_health.dns_failover.minimum_healthy_targets.count': ['1', offOr(between(1, 1000))],
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': ['off', offOr(between(1, 100))],
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': ['1', between(1, 1000)],
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': [
    'off',
    offOr(between(1, 100)),
  ],
}

const loadBalancerAttributes: Record<string, readonly [string, Allowed]> = {
  'access_logs.s3.enabled': ['false', flag],
  'access_logs.s3.bucket': ['', anything],
  'access_logs.s3.prefix': ['', anything],
  'connection_logs.s3.enabled': ['false', flag],
  'connection_logs.s3.bucket': ['', anything],
  'connection_logs.s3.prefix': ['', anything],
  'client_keep_alive.seconds': ['3600', between(60, 604_800)],
  'deletion_protection.enabled': ['false', flag],
  'idle_timeout.timeout_seconds': ['60', between(1, 4000)],
  'ipv6.deny_all_igw_traffic': ['false', flag],
  'load_balancing.cross_zone.enabled': ['true', oneOf('true')],
  'routing.http.desync_mitigation_mode': ['defensive', oneOf('monitor', 'defensive', 'strictest')],
  'routing.http.drop_invalid_header_fields.enabled': ['false', flag],
  'routing.http.preserve_host_header.enabled': ['false', flag],
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': ['false', flag],
  'routing.http.xff_client_port.enabled': ['false', flag],
  'routing.http.xff_header_processing.mode': ['append', oneOf('append', 'preserve', 'remove')],
  'routing.http2.enabled': ['true', flag],
  'waf.fail_open.enabled': ['false', flag],
  'zonal_shift.config.enabled': ['false', flag],
}

const listenerAttributes: Record<string, readonly [string, Allowed]> = {
  'routing.http.response.server.enabled': ['true', flag],
}

const tables = {
  'target group': targetGroupAttributes,
  'load balancer': loadBalancerAttributes,
  listener: listenerAttributes,
}

export function defaultAttributes(of: keyof typeof tables): Values {
  return Object.fromEntries(Object.entries(tables[of]).map(([key, [value]]) => [key, value]))
}

/** The attributes after a change. Throws AwsFault for an unknown key or an illegal value; `before` is untouched. */
export function withAttributes(
  of: keyof typeof tables,
  before: Values,
  change: readonly { Key?: string | undefined; Value?: string | undefined }[],
): Values {
  const after = { ...before }
  const name = `${of.charAt(0).toUpperCase()}${of.slice(1)}`
  const keys = change.map(({ Key }) => Key)
  const twice = keys.find((key, at) => keys.indexOf(key) !== at)
  if (twice !== undefined)
    throw new AwsFault('ValidationError', `${name} attribute key '${twice}' was specified more than once`)
  for (const { Key: key = '', Value: value = '' } of change) {
    const known = Object.hasOwn(tables[of], key) ? tables[of][key] : undefined
    if (!known) throw new AwsFault('ValidationError', `${name} attribute key '${key}' is not recognized`)
    if (!known[1](value)) {
      throw new AwsFault(
        'ValidationError',
        `The value '${value}' is not valid for the ${of} attribute '${key}'`,
      )
    }
    after[key] = value
  }
  if (of === 'target group') checkCombination(after)
  if (of === 'load balancer') checkLogs(after)
  return after
}

function checkCombination(values: Values): void {
  const algorithm = values['load_balancing.algorithm.type']
  if (values['slow_start.duration_seconds'] !== '0' && algorithm !== 'round_robin') {
    throw new AwsFault(
      'InvalidConfigurationRequest',
      `You cannot enable both slow start and the algorithm '${algorithm}' on a target group`,
    )
  }
  const cookie = values['stickiness.app_cookie.cookie_name'] ?? ''
  if (/^(AWSALB|AWSALBAPP|AWSALBTG)/.test(cookie)) {
    throw new AwsFault(
      'ValidationError',
      `The cookie name '${cookie}' is not valid: names that begin with AWSALB, AWSALBAPP or AWSALBTG are reserved`,
    )
  }
  const followsCookie = values['stickiness.enabled'] === 'true' && values['stickiness.type'] === 'app_cookie'
  if (followsCookie && !cookie) {
    throw new AwsFault(
      'InvalidConfigurationRequest',
      "You must specify 'stickiness.app_cookie.cookie_name' for stickiness of type 'app_cookie'",
    )
  }
  for (const unit of ['count', 'percentage']) {
    const dns = values[`target_group_health.dns_failover.minimum_healthy_targets.${unit}`] ?? 'off'
    const routing =
      values[`target_group_health.unhealthy_state_routing.minimum_healthy_targets.${unit}`] ?? 'off'
    if (dns !== 'off' && routing !== 'off' && Number(dns) < Number(routing)) {
      throw new AwsFault(
        'InvalidConfigurationRequest',
        `The DNS failover threshold '${unit}' must be greater than or equal to the unhealthy state routing threshold`,
      )
    }
  }
}

function checkLogs(values: Values): void {
  for (const logs of ['access_logs', 'connection_logs']) {
    if (values[`${logs}.s3.enabled`] === 'true' && !values[`${logs}.s3.bucket`]) {
      throw new AwsFault(
        'InvalidConfigurationRequest',
        `You must specify '${logs}.s3.bucket' to enable '${logs}.s3.enabled'`,
      )
    }
  }
}

export function attributeList(values: Values): { Key: string; Value: string }[] {
  return Object.entries(values).map(([Key, Value]) => ({ Key, Value }))
}
