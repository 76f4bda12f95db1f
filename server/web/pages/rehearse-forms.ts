import type { ClusterState } from '../../domain/cluster-state.js'
import { serverGroupName } from '../../domain/names.js'
import { ailmentKinds, faultKinds, type FaultKind, type RehearsalAct } from '../../domain/rehearsal.js'
import { field, unfilled, type Field, type FieldOptions, type Filled } from './field.js'

/** One thing that can be rehearsed: what will happen, how it ends, and the form that begins it. */
export interface RehearseForm {
  readonly act: RehearsalAct
  readonly heading: string
  readonly happens: string
  readonly ends: string
  readonly fields: readonly Field[]
  readonly button: string
}

export interface RehearsePanel {
  readonly id: string
  readonly heading: string
  readonly says: string
  readonly forms: readonly RehearseForm[]
}

type FieldSpec = readonly [name: string, label: string, options?: FieldOptions]

const untilEnded = 'It ends when you end it above.'
const milliseconds = (fallback: string): FieldSpec => [
  'ms',
  'Milliseconds',
  { type: 'number', fallback, required: true },
]

const ailmentWords: Readonly<Record<(typeof ailmentKinds)[number], string>> = {
  'never-boots': 'never boot',
  'crash-loops': 'crash shortly after boot',
  flaps: 'are well and sick in turns',
  sick: 'answer 503',
}

const faultWords: Readonly<Record<FaultKind, string>> = {
  error: 'is refused with an error',
  'lost-answer': 'is done; no answer',
  'reset-before': 'is cut off before',
  delay: 'is answered late',
  late: 'is cut off, done later',
  twice: 'is done two times',
  stale: 'reads what was before',
  hide: 'reads less than there is',
}

/** Every form of the page; the one that was refused shows what was typed and what is wrong with it. */
export function rehearsePanels(
  states: readonly ClusterState[],
  act: string | null,
  filled: Filled,
): readonly RehearsePanel[] {
  const groups = groupChoices(states)
  const form = (of: RehearsalAct, heading: string, rest: FormSpec): RehearseForm => ({
    act: of,
    heading,
    happens: rest.happens,
    ends: rest.ends ?? untilEnded,
    button: rest.button,
    fields: (rest.fields ?? []).map(([name, label, options]) =>
      field(act === of ? filled : unfilled, name, label, { ...options, form: of }),
    ),
  })
  return [
    panelOfInstances(form, states),
    panelOfAnswers(form),
    panelOfFaults(form),
    ...(groups.length > 0 ? [panelOfStrangers(form, groups)] : []),
    panelOfTime(form),
  ]
}

interface FormSpec {
  readonly happens: string
  readonly ends?: string
  readonly fields?: readonly FieldSpec[]
  readonly button: string
}

type MakeForm = (of: RehearsalAct, heading: string, rest: FormSpec) => RehearseForm

function panelOfInstances(form: MakeForm, states: readonly ClusterState[]): RehearsePanel {
  return {
    id: 'ailments',
    heading: 'Instances that fail',
    says: 'of a group that runs, or of the next deploy',
    forms: [
      form('ailment', 'What is wrong with instances', {
        happens:
          'Instances that never boot or crash are replaced by their group, over and over: this befalls instances that boot from now on. Those that are sick or flap are found by health checks: this befalls running ones too.',
        fields: [
          ['of', 'Of which', { choices: ailmentChoices(states) }],
          ['kind', 'They', { choices: ailmentKinds.map((value) => ({ value, label: ailmentWords[value] })) }],
        ],
        button: 'Let them fail',
      }),
      form('failing-images', 'Images that fail', {
        happens: 'So many of the next images that are made end as failed; a bake says so.',
        ends: 'It ends by itself after so many, or when you end it above.',
        fields: [['count', 'Images', { type: 'number', fallback: '1', required: true }]],
        button: 'Let images fail',
      }),
    ],
  }
}

function panelOfAnswers(form: MakeForm): RehearsePanel {
  return {
    id: 'answers',
    heading: 'AWS’s answers',
    says: 'to every call, Delling’s own included',
    forms: [
      form('throttle', 'Throttling', {
        happens:
          'Each service takes so many calls a second and refuses the rest, as AWS does when an account asks too much.',
        fields: [
          ['perSecond', 'Calls a second', { type: 'number', fallback: '1', required: true }],
          ['burst', 'At once', { type: 'number', fallback: '5', required: true }],
        ],
        button: 'Throttle',
      }),
      form('slow-answers', 'Slow answers', {
        happens: 'Every call is answered so much later, at most 10,000 ms.',
        fields: [milliseconds('2000')],
        button: 'Slow down',
      }),
      form('stale-reads', 'Stale reads', {
        happens:
          'Every read is answered as it was so long ago, at most 60,000 ms: what was just changed is not seen yet.',
        fields: [milliseconds('5000')],
        button: 'Make reads stale',
      }),
      form('late-visibility', 'Late visibility', {
        happens: 'New instances and images are missing from AWS’s lists for so long, as EC2’s may be.',
        fields: [milliseconds('5000')],
        button: 'Hide what is new',
      }),
      form('late-console', 'Late console output', {
        happens: 'The console output of instances is shown so much later, as EC2’s is.',
        fields: [milliseconds('60000')],
        button: 'Hold the output back',
      }),
    ],
  }
}

function panelOfFaults(form: MakeForm): RehearsePanel {
  return {
    id: 'faults',
    heading: 'A fault of named calls',
    says: 'planned for the next ones',
    forms: [
      form('fault', 'Plan a fault', {
        happens:
          'The next so many calls of this operation go wrong as chosen. Operations that a deployment sends: CreateTargetGroup, CreateLaunchTemplate, CreateAutoScalingGroup, ModifyRule (the switch), UpdateAutoScalingGroup. Operations that it reads: DescribeTargetHealth, DescribeAutoScalingGroups, DescribeRules.',
        ends: 'It ends by itself after so many calls, or when you end it above.',
        fields: [
          [
            'action',
            'Operation',
            { placeholder: 'ModifyRule', mono: true, required: true, help: 'or * for any' },
          ],
          ['kind', 'It', { choices: faultKinds.map((value) => ({ value, label: faultWords[value] })) }],
          ['times', 'Calls', { type: 'number', fallback: '1', required: true }],
          ['delayMs', 'Late by, in ms', { type: 'number', help: 'for what is late or from before' }],
          ['code', 'Error code', { mono: true, placeholder: 'InternalError', help: 'for an error' }],
          [
            'names',
            'What is missing',
            { mono: true, help: 'names, ids or ARNs, for a read that lacks them' },
          ],
          ['about', 'Only calls about', { mono: true, placeholder: 'shop-main-v002' }],
        ],
        button: 'Plan the fault',
      }),
    ],
  }
}

type Choices = NonNullable<FieldOptions['choices']>

function panelOfStrangers(form: MakeForm, choices: Choices): RehearsePanel {
  const group: FieldSpec = ['group', 'Group', { choices }]
  const number = (name: string, label: string): FieldSpec => [name, label, { type: 'number', required: true }]
  return {
    id: 'strangers',
    heading: 'As a stranger',
    says: 'somebody else’s hand in the account: done at once, and Delling is not told',
    forms: [
      form('weight', 'Change a weight', {
        happens:
          'The group gets this weight in its cluster’s rule; the other weights stay. Traffic is shared by weights at once.',
        ends: 'It does not end by itself: the cluster’s page shows it as drift, with undo and adopt.',
        fields: [group, number('weight', 'Weight')],
        button: 'Change the weight',
      }),
      form('resize', 'Resize a group', {
        happens: 'The Auto Scaling group gets these sizes, and launches or terminates instances.',
        ends: 'It does not end by itself: the cluster’s page shows it as drift, with undo and adopt.',
        fields: [group, number('min', 'At least'), number('desired', 'Instances'), number('max', 'At most')],
        button: 'Resize the group',
      }),
      form('delete-target-group', 'Delete a target group', {
        happens:
          'It is taken out of the rule and deleted: what carried traffic through it carries none. AWS gives it back to nobody.',
        ends: 'It does not end: the deployment or the cluster says what it makes of it.',
        fields: [group],
        button: 'Delete the target group',
      }),
    ],
  }
}

function panelOfTime(form: MakeForm): RehearsePanel {
  const jump = 'Mornings, expiries and deadlines go by this clock; how fast instances boot does not.'
  return {
    id: 'time',
    heading: 'The clock',
    says: 'the local cloud’s, and so Delling’s',
    forms: [
      form('move-clock', 'Move the clock', {
        happens: `The clock goes ahead so many hours at once. ${jump}`,
        ends: 'It ends when you end it above: the clock shows the machine’s time again, which is a step back.',
        fields: [['hours', 'Hours', { type: 'number', fallback: '12', required: true }]],
        button: 'Move the clock',
      }),
      form('freeze-clock', 'Stop the clock', {
        happens: `The clock stands still. ${jump}`,
        ends: 'It ends when you end it above.',
        button: 'Stop the clock',
      }),
    ],
  }
}

function groupChoices(states: readonly ClusterState[]) {
  return states.flatMap((state) =>
    state.groups
      .filter((group) => group.role !== 'destroyed' && group.targetGroupArn !== null)
      .map((group) => ({ value: group.name, label: `${group.name}, ${group.role}` })),
  )
}

function ailmentChoices(states: readonly ClusterState[]) {
  return [
    ...states.map(({ cluster }) => {
      const next = serverGroupName(cluster.name, cluster.lastPush + 1)
      return { value: next, label: `${next}, the next deploy` }
    }),
    ...states.flatMap(({ groups }) =>
      groups
        .filter((group) => group.role !== 'destroyed')
        .map((group) => ({ value: group.name, label: `${group.name}, ${group.role}` })),
    ),
    { value: '*', label: 'every instance, builders included' },
  ]
}
