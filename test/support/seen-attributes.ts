/** What AWS tells of a target group that nobody tuned. */
export const seenAttributes: Readonly<Record<string, string>> = {
  'deregistration_delay.timeout_seconds': '30',
  'slow_start.duration_seconds': '0',
  'stickiness.enabled': 'false',
  'load_balancing.algorithm.type': 'round_robin',
}
