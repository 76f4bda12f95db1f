import { DescribeAlarmsCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { NightMetrics } from '../domain/observation.js'
import type { NightQuery } from '../engine/ports.js'
import { readLoadMetrics } from './load-metrics.js'

/** What the night watch judges by. A part that could not be read is null: it speaks neither for nor against anybody. */
export async function readNightMetrics(
  client: CloudWatchClient,
  query: NightQuery,
  periodSec: number,
  signal: AbortSignal,
): Promise<NightMetrics> {
  const { loadBalancerArn, live, previous } = query
  const errorsOf = (window: NightQuery['live']) =>
    orNull(() => errorsIn(client, { ...window, loadBalancerArn, periodSec }, signal), signal)
  const [errors, before, alarms] = await Promise.all([
    errorsOf(live),
    previous ? errorsOf(previous) : null,
    query.alarms.length > 0 ? orNull(() => alarmsNamed(client, query.alarms, signal), signal) : [],
  ])
  return { live: errors, previous: before, alarms }
}

async function errorsIn(
  client: CloudWatchClient,
  window: NightQuery['live'] & { loadBalancerArn: string; periodSec: number },
  signal: AbortSignal,
): Promise<{ requests: number; errors: number } | null> {
  const { loadBalancerArn, targetGroupArn, from, to, periodSec } = window
  const wanted = (['RequestCount', 'HTTPCode_Target_5XX_Count'] as const).map((metric) => ({
    metric,
    stat: 'Sum' as const,
    loadBalancerArn,
    targetGroupArn,
  }))
  const [requests, errors] = await readLoadMetrics(client, wanted, { from, to, periodSec }, signal)
  if (!requests || !errors) return null
  const sum = (points: typeof requests) => points.reduce((total, { value }) => total + value, 0)
  return { requests: sum(requests), errors: sum(errors) }
}

async function alarmsNamed(client: CloudWatchClient, names: readonly string[], signal: AbortSignal) {
  const command = new DescribeAlarmsCommand({ AlarmNames: [...names], MaxRecords: 100 })
  const reply = await client.send(command, { abortSignal: signal })
  return (reply.MetricAlarms ?? []).map((alarm) => ({
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? null,
  }))
}

async function orNull<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await read()
  } catch {
    signal.throwIfAborted()
    return null
  }
}
