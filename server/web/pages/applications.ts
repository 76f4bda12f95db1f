import type { Application } from '../../domain/application.js'
import type { Image } from '../../domain/bake.js'
import type { Channel } from '../../domain/channel.js'
import { reasonBadApplicationName, serverGroupName, targetGroupName } from '../../domain/names.js'
import type { ClusterState } from '../../domain/cluster-state.js'
import { withUsers } from '../../domain/image-users.js'
import { field, otherFaults, type Field, type Filled } from './field.js'
import type { FieldFault } from '../../domain/refusal.js'
import { editableOfApplication } from '../../engine/edit-application.js'
import { seenText } from '../inputs/seen-fields.js'
import type { Fact } from './group-card.js'
import { say, strong, type Head } from './head.js'
import { imageRow, type ImageRow } from './images.js'
import { moment } from './moment.js'
import type { SampleRow } from './sample-versions.js'
import { capital, counted } from './words.js'

export interface ApplicationPage extends Head {
  readonly name: string
  readonly facts: readonly Fact[]
  readonly clusters: readonly { readonly name: string; readonly href: string; readonly says: string }[]
  readonly images: readonly ImageRow[]
  readonly samples: readonly SampleRow[]
}

export function applicationPage(
  application: Application,
  states: readonly ClusterState[],
  images: readonly Image[],
  samples: readonly SampleRow[],
  channels: readonly Channel[],
  zone: string,
  now: Date,
): ApplicationPage {
  const { name } = application
  const q = encodeURIComponent(name)
  return {
    title: name,
    heading: name,
    crumbs: [{ label: 'Applications', href: '/applications' }, { label: name }],
    sentence: say(
      `${application.owner} owns it. `,
      strong(`${capital(counted(states.length, 'cluster'))} and ${counted(images.length, 'image')}`),
      '.',
    ),
    acts: [
      { label: 'Bake an image', href: `/images?application=${q}#bake`, act: images.length === 0 },
      { label: 'New cluster', href: `/clusters/new?application=${q}`, act: images.length > 0 },
      { label: 'Edit', href: `/applications/${q}/edit` },
    ],
    liveMs: 15_000,
    name,
    facts: [
      { what: 'Owner', value: application.owner },
      ...(application.email
        ? [{ what: 'E-mail', value: application.email, href: `mailto:${application.email}` }]
        : []),
      { what: 'Port', value: String(application.port) },
      { what: 'Health path', value: application.healthPath, mono: true },
      {
        what: 'Start command',
        value: application.startCommand ?? 'from the package',
        mono: application.startCommand !== null,
      },
      ...(application.repositoryLink
        ? [{ what: 'Repository link', value: application.repositoryLink, mono: true }]
        : []),
      {
        what: 'Tells',
        value: toldOf(name, channels),
        href: `/settings/notifications?application=${q}`,
      },
      { what: 'Registered', value: '', when: moment(application.createdAt, zone, now) },
    ],
    clusters: states.map(({ cluster }) => ({
      name: cluster.name,
      href: `/clusters/${cluster.name}`,
      says: cluster.statement || 'no traffic yet',
    })),
    images: images.map((image) => imageRow(withUsers(image, states), zone, now)),
    samples,
  }
}

/** The channels that hear of an application. */
function toldOf(application: string, channels: readonly Channel[]): string {
  const told = channels.filter(
    (channel) => channel.enabled && (channel.application === null || channel.application === application),
  )
  return told.length > 0 ? told.map(({ name }) => name).join(', ') : 'nobody: add a channel'
}

/** The names that follow from an application's name, or why it cannot be one. */
export interface NamePreview {
  readonly reason: string | null
  readonly big: string
  readonly push: string
  readonly names: readonly { readonly what: string; readonly name: string }[]
}

function applicationNames(name: string): NamePreview {
  const shown = name || 'shop'
  const reason = name === '' ? null : reasonBadApplicationName(name)
  const cluster = `${shown}-main`
  return {
    reason,
    big: cluster,
    push: '-v001',
    names: [
      { what: 'Application', name: shown },
      { what: 'A cluster', name: cluster },
      { what: 'Server group', name: serverGroupName(cluster, 1) },
      { what: 'Target group', name: targetGroupName(cluster, 1, '········') },
      { what: 'Next pushes', name: `${serverGroupName(cluster, 2)}, v003 …` },
    ],
  }
}

export interface NewApplicationPage extends Head {
  readonly fields: readonly Field[]
  readonly more: readonly Field[]
  readonly faults: readonly FieldFault[]
  readonly preview: NamePreview
}

export function newApplicationPage(filled: Filled): NewApplicationPage {
  const fields = [
    field(filled, 'name', 'Name', {
      required: true,
      mono: true,
      placeholder: 'shop',
      help: 'lower-case letters, digits, “.” and “_”',
    }),
    ...ownerFields(filled),
  ]
  const more = runFields(filled)
  return {
    title: 'Register an application',
    heading: 'Register an application',
    crumbs: [{ label: 'Applications', href: '/applications' }, { label: 'new' }],
    sentence: say(
      'An application is what your team ships: its name begins the name of all that belongs to it.',
    ),
    acts: [],
    liveMs: 0,
    fields,
    more,
    faults: otherFaults(
      filled,
      [...fields, ...more].map((each) => each.name),
    ),
    preview: applicationNames(typeof filled.values.name === 'string' ? filled.values.name : ''),
  }
}

export interface EditApplicationPage extends Head {
  readonly action: string
  readonly back: string
  readonly fields: readonly Field[]
  readonly more: readonly Field[]
  readonly reason: Field
  readonly faults: readonly FieldFault[]
  /** What the form was made from; it comes back with it. */
  readonly seen: string
  readonly refusal: string | null
}

export interface EditShown {
  readonly filled: Filled
  /** What the form had been made from that came back with mistakes in it; what is there now where it is made anew. */
  readonly seen?: string
  readonly refusal?: string
}

/** The form of what can be edited; the name can't. */
export function editApplicationPage(
  application: Application,
  { filled, seen, refusal }: EditShown,
): EditApplicationPage {
  const { name } = application
  const fields = ownerFields(filled)
  const more = runFields(filled)
  const reason = field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' })
  return {
    title: `Edit ${name}`,
    heading: `Edit ${name}`,
    crumbs: [
      { label: 'Applications', href: '/applications' },
      { label: name, href: `/applications/${name}` },
      { label: 'edit' },
    ],
    sentence: say(
      'Bakes and clusters that are made from now on take it. What is there stays as it was made.',
    ),
    acts: [],
    liveMs: 0,
    action: `/applications/${name}/edit`,
    back: `/applications/${name}`,
    fields,
    more,
    reason,
    faults: otherFaults(
      filled,
      [...fields, ...more, reason].map((each) => each.name),
    ),
    seen: seen ?? seenText(editableOfApplication, application),
    refusal: refusal ?? null,
  }
}

function ownerFields(filled: Filled): Field[] {
  return [
    field(filled, 'owner', 'Owner', { required: true, placeholder: 'Shop team', help: 'a team or a person' }),
    field(filled, 'email', 'E-mail', { type: 'email', help: 'optional' }),
  ]
}

function runFields(filled: Filled): Field[] {
  return [
    field(filled, 'port', 'Port', { type: 'number', fallback: '8080', help: 'handed to it as PORT' }),
    field(filled, 'healthPath', 'Health path', { fallback: '/', mono: true }),
    field(filled, 'startCommand', 'Start command', {
      mono: true,
      placeholder: 'node main.js',
      help: 'empty: the package says it itself',
    }),
    field(filled, 'repositoryLink', 'Repository link', {
      mono: true,
      placeholder: 'https://github.com/org/repo/compare/{from}...{to}',
      help: 'optional: where the commits of a deployment are read',
    }),
  ]
}
