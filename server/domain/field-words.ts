/** Fields whose names don't say by themselves what the form calls them. */
const named: Readonly<Record<string, string>> = {
  email: 'E-mail',
  vpc: 'VPC',
  url: 'Address',
  cpu: 'Processors',
  min: 'Smallest size',
  max: 'Largest size',
  desired: 'Wanted size',
  host: 'Host of the rule',
  path: 'Path of the rule',
  scalingCpu: 'Scale to keep processors at',
  matcher: 'Healthy answers',
  healthIntervalSec: 'Seconds between health checks',
  healthTimeoutSec: 'Seconds that a health check may take',
  healthyThreshold: 'Good checks until healthy',
  unhealthyThreshold: 'Bad checks until unhealthy',
  deregistrationDelaySec: 'Seconds that draining takes at most',
  healthCheckGraceSec: 'Seconds that a booting instance may fail',
  minWarmHours: 'Hours warm at least',
  maxWarm: 'Warm groups at most',
  warm: 'The warm group',
  switchBack: 'When the night watch judges the live group bad',
  alarms: 'CloudWatch alarms',
  smokeTestPath: 'Test path',
  smokeTestStatus: 'Status that the test must answer',
  smokeTestText: 'Text that the test’s body must hold',
  smokeTestSuccesses: 'Good requests of the test in a row',
  smokeTestWithinSec: 'Seconds that the test may take',
  canarySteps: 'Canary steps',
  canaryHoldSec: 'Seconds that each canary step is held',
  canaryMinRequests: 'Requests that a canary is judged from',
  canaryUnsure: 'If a canary can’t be judged',
  approvalWithinMin: 'Minutes in which a person approves',
  approvalAtDeadline: 'If nobody approves',
  startCommand: 'Start command',
  sha256: 'SHA-256',
  kinds: 'Told of',
  label: 'What it is for',
  why: 'Why',
  reason: 'Why',
  override: 'Why in spite of that',
  serverGroup: 'Server group',
  body: 'What was sent',
}

/** What people call a field: `healthPath` is “Health path”, `environment.FOO` is “Environment, FOO”, `kinds.0` is “Told of”. */
export function fieldWords(field: string): string {
  const [first = '', ...rest] = field.split('.')
  const within = rest.filter((part) => !/^\d+$/.test(part))
  return [named[first] ?? spaced(first), ...within].join(', ')
}

function spaced(name: string): string {
  const words = name.replace(
    /([a-z0-9])([A-Z])/g,
    (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`,
  )
  return words.charAt(0).toUpperCase() + words.slice(1)
}
