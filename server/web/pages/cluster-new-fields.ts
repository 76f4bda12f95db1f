import type { Application } from '../../domain/application.js'
import type { Image } from '../../domain/bake.js'
import type { Defaults } from '../../engine/parts.js'
import type { Catalog } from '../../engine/ports.js'
import {
  balancerChoices,
  imageChoices,
  ruleChoices,
  typeChoices,
  zoneChoices,
} from './cluster-new-choices.js'
import { field, type Field, type FieldOptions, type Filled } from './field.js'

/** The groups in which the page shows the controls of the form. */
export const clusterSections = [
  'name',
  'runs',
  'sizes',
  'runsMore',
  'texts',
  'reach',
  'health',
  'healthMore',
  'night',
  'trials',
] as const

export type ClusterFields = Readonly<Record<(typeof clusterSections)[number], readonly Field[]>>

interface FormFacts {
  readonly applications: readonly Application[]
  readonly images: readonly Image[]
  readonly catalog: Catalog
  readonly defaults: Defaults
  readonly filled: Filled
}

type MakeField = (name: string, label: string, options?: FieldOptions) => Field

/** Choices and defaults follow the application that is chosen: its images, its port, its health path. */
export function clusterFields({ filled, applications, images, catalog, defaults }: FormFacts): ClusterFields {
  const asked = filled.values.application
  const chosen = typeof asked === 'string' && asked !== '' ? asked : (applications[0]?.name ?? '')
  const application = applications.find((each) => each.name === chosen)
  const f: MakeField = (name, label, options) => field(filled, name, label, options)
  return {
    name: [
      f('application', 'Application', {
        choices: applications.map(({ name }) => ({ value: name, label: name })),
        fallback: chosen,
      }),
      f('stack', 'Stack', { fallback: 'main', help: 'such as main, staging' }),
      f('detail', 'Detail', { help: 'optional, such as search' }),
    ],
    ...runFields(
      f,
      images.filter((image) => image.application === chosen),
      catalog,
      defaults,
    ),
    reach: reachFields(f, catalog),
    ...healthFields(f, application),
    night: nightFields(f, defaults),
    trials: trialFields(f),
  }
}

/** What runs, how many of it, and with what. */
function runFields(f: MakeField, images: readonly Image[], catalog: Catalog, defaults: Defaults) {
  return {
    runs: [
      f('image', 'Image', { choices: imageChoices(images), fallback: images[0]?.name ?? '' }),
      f('instanceType', 'Instance type', {
        choices: typeChoices(catalog, defaults.instanceType),
        fallback: defaults.instanceType,
      }),
    ],
    sizes: [
      number(f, 'desired', 'Size', 3, 'instances in all, one in each zone at least'),
      number(f, 'min', 'At least', 3),
      number(f, 'max', 'At most', 9),
    ],
    runsMore: [
      f('securityGroups', 'Security groups', {
        mono: true,
        placeholder: catalog.securityGroups[0]?.groupId ?? 'sg-…',
        help: 'empty: the default one of the VPC; several with commas',
      }),
      f('instanceProfile', 'Instance profile', { mono: true, help: 'optional' }),
      number(f, 'scalingCpu', 'Scale to keep processors at', '', 'per cent; empty: it does not scale'),
    ],
    texts: [
      f('environment', 'Environment', {
        lines: true,
        mono: true,
        help: 'One NAME=value a line, no secrets. PORT and HOST are set by us.',
      }),
      f('userData', 'User data', {
        lines: true,
        mono: true,
        help: 'A script, run after ours on first boot. No secrets: whoever may describe instances may read it.',
      }),
    ],
  }
}

function reachFields(f: MakeField, catalog: Catalog): Field[] {
  return [
    f('loadBalancer', 'Load balancer', { choices: balancerChoices(catalog), fallback: '' }),
    number(f, 'listenerPort', 'Listener port', 8090),
    f('rule', 'Rule', {
      choices: ruleChoices(catalog),
      fallback: '',
      help: 'an existing one keeps its conditions and must not forward to anybody yet',
    }),
    f('host', 'Host', { placeholder: 'shop.example.com', help: 'the rule’s condition; empty: every host' }),
    f('path', 'Path', { mono: true, placeholder: '/*', help: 'empty: every path' }),
  ]
}

function healthFields(f: MakeField, application: Application | undefined) {
  return {
    health: [
      f('healthPath', 'Health path', { mono: true, fallback: application?.healthPath ?? '/' }),
      number(f, 'port', 'Port', application?.port ?? 8080, 'from the application'),
      f('matcher', 'Healthy answers', { mono: true, fallback: '200-399' }),
    ],
    healthMore: [
      number(f, 'healthIntervalSec', 'Checked every', '', 'seconds; empty: our default'),
      number(f, 'healthTimeoutSec', 'Times out after', '', 'seconds'),
      number(f, 'healthyThreshold', 'Healthy after', '', 'good checks'),
      number(f, 'unhealthyThreshold', 'Unhealthy after', '', 'bad checks'),
      number(f, 'deregistrationDelaySec', 'Draining takes at most', '', 'seconds'),
      number(f, 'healthCheckGraceSec', 'A booting instance may fail for', '', 'seconds; empty: 300'),
    ],
  }
}

function nightFields(f: MakeField, { morning, timeZone, minWarmHours, maxWarm }: Defaults): Field[] {
  return [
    f('morning', 'Morning', { type: 'time', fallback: morning, help: 'when a warm group may go' }),
    f('timeZone', 'Time zone', { choices: zoneChoices(timeZone), fallback: timeZone }),
    number(
      f,
      'minWarmHours',
      'Warm for at least',
      minWarmHours,
      'hours: a switch at 03:00 is kept until the next morning',
    ),
    number(f, 'maxWarm', 'Warm groups', maxWarm, 'at most, one to three'),
    f('warm', 'The warm group that a switch back goes to', {
      choices: [
        { value: 'held', label: 'is held at its size' },
        { value: 'follow', label: 'grows with the live group' },
      ],
      fallback: 'held',
    }),
    f('switchBack', 'When the night watch judges the live group bad', {
      choices: [
        { value: 'person', label: 'a person decides' },
        { value: 'automatic', label: 'switch back by itself, once' },
      ],
      fallback: 'person',
    }),
    f('alarms', 'CloudWatch alarms', {
      mono: true,
      help: 'names; each speaks against the live group while it rings',
    }),
  ]
}

/** What a deployment must pass between registered and the switch; empty fields ask for nothing. */
function trialFields(f: MakeField): Field[] {
  return [
    f('smokeTestPath', 'Test path', {
      mono: true,
      placeholder: '/healthz',
      help: 'asked of the new group alone, by a rule of its own; empty: no test',
    }),
    number(f, 'smokeTestStatus', 'Must answer', '', 'a status; empty: 200'),
    f('smokeTestText', 'With this in its body', { help: 'empty: its status is enough' }),
    number(f, 'smokeTestSuccesses', 'So often in a row', '', 'requests; empty: 3'),
    number(f, 'smokeTestWithinSec', 'Within', '', 'seconds; empty: 60, or more where many are asked'),
    f('canarySteps', 'Canary steps', {
      placeholder: '5, 25',
      help: 'per cent of the traffic, rising; empty: no canary',
    }),
    number(f, 'canaryHoldSec', 'Each held for', '', 'seconds; empty: 300'),
    number(f, 'canaryMinRequests', 'Judged from', '', 'requests on; empty: 20; 0: by health alone'),
    f('canaryUnsure', 'If it can’t be judged', {
      choices: [
        { value: '', label: 'it is held for longer' },
        { value: 'goBack', label: 'it goes back' },
      ],
      fallback: '',
    }),
    number(f, 'approvalWithinMin', 'A person approves within', '', 'minutes; empty: nobody is asked'),
    f('approvalAtDeadline', 'If nobody does', {
      choices: [
        { value: '', label: 'it gives up' },
        { value: 'switch', label: 'it switches' },
      ],
      fallback: '',
    }),
  ]
}

function number(f: MakeField, name: string, label: string, fallback: number | '', help?: string): Field {
  return f(name, label, { type: 'number', fallback: String(fallback), ...(help && { help }) })
}
