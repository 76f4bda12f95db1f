import { createHash } from 'node:crypto'
import type { Exchange } from './exchange.js'
import type { Route } from './routing-table.js'
import type { Target } from './target.js'
import type { TargetGroup } from './target-group.js'

const GROUP_COOKIE = 'AWSALBTG'
const TARGET_COOKIE = 'AWSALB'

/** The group that a client is stuck to by AWSALBTG; it overrides the weights, as AWS's does. */
export function stuckGroup(route: Route, exchange: Exchange): string | undefined {
  if (!route.action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled) return undefined
  const cookie = cookieOf(exchange, GROUP_COOKIE)
  return cookie && route.groups.find((group) => token(group.targetGroupArn) === cookie)?.targetGroupArn
}

/** The target that a client is stuck to by AWSALB, if the group has sticky sessions and the target is healthy. */
export function stuckTarget(group: TargetGroup, exchange: Exchange): Target | undefined {
  if (!isSticky(group)) return undefined
  const cookie = cookieOf(exchange, TARGET_COOKIE)
  if (!cookie) return undefined
  return group.targets.find((target) => token(targetKey(target)) === cookie && target.state === 'healthy')
}

/** `Set-Cookie` lines for the answer of this target. */
export function stickyCookies(route: Route, group: TargetGroup, target: Target): string[] {
  const cookies: string[] = []
  const groupConfig = route.action.ForwardConfig?.TargetGroupStickinessConfig
  if (groupConfig?.Enabled) {
    cookies.push(
      `${GROUP_COOKIE}=${token(group.record.arn)}; Max-Age=${groupConfig.DurationSeconds ?? 1}; Path=/`,
    )
  }
  if (isSticky(group)) {
    const seconds = group.record.attributes['stickiness.lb_cookie.duration_seconds'] ?? '86400'
    cookies.push(`${TARGET_COOKIE}=${token(targetKey(target))}; Max-Age=${seconds}; Path=/`)
  }
  return cookies
}

function isSticky(group: TargetGroup): boolean {
  const { attributes } = group.record
  return attributes['stickiness.enabled'] === 'true' && attributes['stickiness.type'] === 'lb_cookie'
}

const targetKey = (target: Target) => `${target.id}:${target.registeredPort}`

function token(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32)
}

function cookieOf(exchange: Exchange, name: string): string | undefined {
  const header = exchange.header('cookie')
  if (!header) return undefined
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=')
    if (key === name) return value
  }
  return undefined
}
