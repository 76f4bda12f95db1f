import type { Restraint } from '../../domain/restraint.js'
import { scopeWords } from '../../domain/scope.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Field, type Filled } from './field.js'
import { say, strong, type Crumb } from './head.js'
import type { ScopeChoice } from './holds.js'
import { capital } from './words.js'

const crumbs = (label: string): Crumb[] => [{ label: 'Holds', href: '/holds' }, { label }]
const back = { label: 'Back, change nothing', href: '/holds' }

const scopeField = (filled: Filled, scopes: readonly ScopeChoice[], label: string): Field =>
  field(filled, 'scope', label, {
    choices: scopes.map((each) => ({ ...each, label: capital(each.label) })),
    required: true,
  })
const reasonField = (filled: Filled) =>
  field(filled, 'reason', 'Why', {
    required: true,
    help: 'Shown to everybody who is kept waiting, and in the deploy log.',
  })
const hoursField = (filled: Filled) =>
  field(filled, 'hours', 'For how many hours', { type: 'number', help: 'Empty: until somebody releases it.' })
const zoneField = (filled: Filled, zone: string) =>
  field(filled, 'timeZone', 'Time zone', { fallback: zone, mono: true, help: 'On whose clock it is meant.' })

export function newHoldPage(filled: Filled, scopes: readonly ScopeChoice[], person: string): ConfirmPage {
  return confirmPage({
    heading: 'Place a hold',
    crumbs: crumbs('place a hold'),
    sentence: say(
      strong('Nothing new starts'),
      ' while it stands; what is under way goes on, and rolling back stays possible.',
    ),
    action: '/holds/new',
    fields: [
      scopeField(filled, scopes, 'Of what'),
      reasonField(filled),
      field(filled, 'owner', 'Whom to ask about it', { fallback: person }),
      hoursField(filled),
    ],
    consequences: [
      'Deployments, new clusters, destroys, the nightly cleanup and smaller sizes are refused, or wait in the queue.',
      'Bakes and more instances go on: they change nothing that serves.',
      'Whoever can’t wait writes down why, which is recorded.',
      'Every page that it is about says who holds it, why and until when.',
    ],
    button: 'Place the hold',
    back,
  })
}

export function stopPage(filled: Filled, scopes: readonly ScopeChoice[]): ConfirmPage {
  return confirmPage({
    heading: 'Stop everything?',
    crumbs: crumbs('stop everything'),
    sentence: say(
      strong('Delling starts no change in AWS any more'),
      ' but what keeps the traffic safe and what undoes.',
    ),
    action: '/holds/stop',
    fields: [scopeField(filled, scopes, 'Where'), reasonField(filled), hoursField(filled)],
    consequences: [
      'Deployments that have not switched stand still between two steps, without a deadline; they go on when the stop is released.',
      'What has switched is watched to its end, and goes back if it falls sick.',
      'Traffic flows as it does now: no weight is changed. Warm groups are held ready.',
      'Rolling back stays possible with a written reason. The night watch tells, and no longer switches by itself.',
      'What was changed for a while is still put back; builders that run are brought to their end.',
    ],
    button: 'Stop everything',
    bad: true,
    back: { label: 'Let it go on', href: '/holds' },
  })
}

export function newWindowPage(filled: Filled, scopes: readonly ScopeChoice[], zone: string): ConfirmPage {
  return confirmPage({
    heading: 'Add a deploy window',
    crumbs: crumbs('add a window'),
    sentence: say(
      strong('Changes start only inside a window'),
      ' once its scope has one; what has started goes on.',
    ),
    action: '/windows/new',
    fields: [
      scopeField(filled, scopes, 'Of what'),
      field(filled, 'name', 'Name', { required: true, placeholder: 'office hours' }),
      field(filled, 'days', 'Days', {
        fallback: 'mon-thu',
        mono: true,
        required: true,
        help: 'Such as mon-fri, or mon, wed.',
      }),
      field(filled, 'from', 'From', { fallback: '09:00', mono: true, required: true }),
      field(filled, 'to', 'To', {
        fallback: '16:00',
        mono: true,
        required: true,
        help: 'At or before “from”: on the next day. 24:00 is the end of the day.',
      }),
      zoneField(filled, zone),
      reasonField(filled),
    ],
    consequences: [
      'Windows of one scope are alternatives: one that is open is enough.',
      'A narrower scope loosens nothing: its windows are asked for as well.',
      'The nightly cleanup, bakes, more instances and rolling back ask for no window.',
    ],
    button: 'Add the window',
    back,
  })
}

export function newFreezePage(filled: Filled, scopes: readonly ScopeChoice[], zone: string): ConfirmPage {
  return confirmPage({
    heading: 'Add a freeze',
    crumbs: crumbs('add a freeze'),
    sentence: say(
      strong('Nothing new starts'),
      ' on these days; what is under way goes on, and rolling back stays possible.',
    ),
    action: '/freezes/new',
    fields: [
      scopeField(filled, scopes, 'Of what'),
      field(filled, 'name', 'Name', { required: true, placeholder: 'Black Friday' }),
      field(filled, 'firstDay', 'First day', { required: true, mono: true, placeholder: '2026-12-21' }),
      field(filled, 'lastDay', 'Last day', {
        required: true,
        mono: true,
        placeholder: '2027-01-03',
        help: 'Frozen to its end.',
      }),
      zoneField(filled, zone),
      reasonField(filled),
    ],
    consequences: [
      'From midnight to midnight on the calendar of its zone.',
      'Warm groups stay through it: the nightly cleanup waits too.',
    ],
    button: 'Add the freeze',
    back,
  })
}

const words = { hold: 'hold', stop: 'stop', window: 'deploy window', freeze: 'freeze' } as const

export function releasePage(restraint: Restraint, filled: Filled): ConfirmPage {
  const word = words[restraint.kind]
  const what = 'name' in restraint ? `${word} “${restraint.name}”` : word
  return confirmPage({
    heading: `Take back the ${what} on ${scopeWords(restraint.scope)}?`,
    crumbs: crumbs(`take back the ${word}`),
    sentence: say(
      strong(restraint.reason),
      `, says ${'owner' in restraint ? restraint.owner : restraint.createdBy.name}.`,
    ),
    action: `/holds/${restraint.id}/release`,
    fields: [
      field(filled, 'reason', 'Why it is not needed any more', {
        required: true,
        help: 'Shown in the deploy log.',
      }),
    ],
    consequences: [
      restraint.kind === 'stop'
        ? 'What it paused goes on at once.'
        : 'What waits in the queue for it starts at once, where nothing else keeps it back.',
    ],
    button: `Take back the ${word}`,
    back: { label: 'Leave it', href: '/holds' },
  })
}
