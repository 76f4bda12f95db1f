import type { Application } from '../../domain/application.js'
import type { Channel } from '../../domain/channel.js'
import type { Delivery, DeliveryState } from '../../domain/delivery.js'
import { kindWords, notificationKinds, usualKinds } from '../../domain/notification.js'
import type { FieldFault } from '../../domain/refusal.js'
import type { Badge } from './badge.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, otherFaults, type Field, type Filled } from './field.js'
import { liveMs, say, strong, type Crumb, type Head, type Said } from './head.js'
import { moment, momentOrNull, momentToTheSecond, type Moment } from './moment.js'
import { capital, counted } from './words.js'

const address = '/settings/notifications'

export interface NotificationsFacts {
  readonly channels: readonly Channel[]
  readonly deliveries: readonly Delivery[]
  /** The channel whose deliveries are shown; null: those of all. */
  readonly only: Channel | null
  readonly applications: readonly Application[]
  /** A webhook that was just added, with the secret that is shown this once. */
  readonly added: { readonly channel: Channel; readonly secret: string } | null
  readonly filled: Filled
  /** Where slash commands are sent to; null where none are answered. */
  readonly slashCommands: string | null
  readonly now: Date
  readonly zone: string
}

export interface NotificationsPage extends Head {
  readonly added: { readonly name: string; readonly secret: string } | null
  readonly channels: readonly ChannelRow[]
  readonly deliveries: readonly DeliveryRow[]
  readonly deliveriesOf: string | null
  readonly faults: readonly FieldFault[]
  readonly fields: readonly Field[]
  readonly kinds: readonly { readonly value: string; readonly label: string; readonly chosen: boolean }[]
  readonly kindsFault: string | null
  readonly slashCommands: string | null
}

interface RowButton {
  readonly action: string
  readonly hidden: readonly never[]
  readonly label: string
  readonly bad: boolean
}

interface ChannelRow {
  readonly name: string
  readonly href: string
  readonly where: string
  readonly application: string | null
  readonly kinds: string
  readonly badge: Badge
  readonly why: string | null
  readonly by: string
  readonly since: Moment
  readonly buttons: readonly RowButton[]
  readonly remove: string
}

interface DeliveryRow {
  readonly title: string
  readonly sentence: string
  readonly href: string
  readonly channel: string
  readonly when: Moment
  readonly badge: Badge
  readonly tries: string
  readonly next: Moment | null
  readonly giveUp: Moment | null
  readonly answer: string
  readonly button: RowButton | null
}

/** Who is told what, and did it arrive? */
export function notificationsPage(facts: NotificationsFacts): NotificationsPage {
  const { channels, deliveries, only, added, filled, slashCommands } = facts
  const names = new Map(channels.map((channel) => [channel.id, channel]))
  const kindsFault = filled.faults.find((fault) => fault.field.startsWith('kinds'))
  return {
    title: 'Notifications',
    heading: 'Notifications',
    crumbs: crumbs(),
    sentence: sentenceOf(channels, deliveries),
    acts: [],
    liveMs: liveMs(
      deliveries.some(({ state }) => state === 'waiting'),
      1,
    ),
    added: added && { name: added.channel.name, secret: added.secret },
    channels: channels.map((channel) => channelRow(channel, facts)),
    deliveries: deliveries.map((delivery) => deliveryRow(delivery, names.get(delivery.channelId), facts)),
    deliveriesOf: only?.name ?? null,
    faults: otherFaults(filled, ['name', 'kind', 'url', 'application', 'kinds']),
    fields: fieldsOf(filled, facts.applications),
    kinds: kindsOf(filled),
    kindsFault: kindsFault?.sentence ?? null,
    slashCommands,
  }
}

function crumbs(last?: string): readonly Crumb[] {
  const here = last
    ? [{ label: 'Notifications', href: address }, { label: last }]
    : [{ label: 'Notifications' }]
  return [{ label: 'More', href: '/more' }, ...here]
}

function sentenceOf(channels: readonly Channel[], deliveries: readonly Delivery[]): Said[] {
  const on = channels.filter(({ enabled }) => enabled).length
  if (channels.length === 0) return say(strong('Nobody is told of anything'), ': add a channel below.')
  const count = (state: DeliveryState) => deliveries.filter((delivery) => delivery.state === state).length
  const [waiting, givenUp] = [count('waiting'), count('givenUp')]
  const told =
    on === 0 ? 'Every channel is off' : `${capital(counted(on, 'channel'))} ${on === 1 ? 'is' : 'are'} told`
  return say(
    strong(told),
    '. Of the last messages ',
    waiting === 0
      ? 'none waits'
      : waiting === 1
        ? 'one waits to be delivered'
        : `${waiting} wait to be delivered`,
    givenUp === 0
      ? ' and none was given up.'
      : ` and ${givenUp === 1 ? 'one was' : `${givenUp} were`} given up.`,
  )
}

function channelRow(channel: Channel, { zone, now }: NotificationsFacts): ChannelRow {
  const { id, enabled, kinds } = channel
  const missing = notificationKinds.filter((kind) => !kinds.includes(kind))
  const words =
    missing.length === 0
      ? 'everything'
      : missing.length < kinds.length
        ? `everything but ${missing.map((kind) => kindWords[kind]).join('; ')}`
        : kinds.map((kind) => kindWords[kind] ?? kind).join('; ')
  const button = (deed: string, label: string) => ({
    action: `${address}/${id}/${deed}`,
    hidden: [],
    label,
    bad: false,
  })
  return {
    name: channel.name,
    href: `${address}?channel=${id}#deliveries`,
    where: `${channel.kind === 'slack' ? 'Slack message' : 'signed webhook'} to ${channel.shownUrl}`,
    application: channel.application,
    kinds: words,
    badge: enabled
      ? { k: 'k-good', glyph: 'check', word: 'on' }
      : { k: 'k-idle', glyph: 'cross', word: 'off' },
    why: channel.offBecause,
    by: channel.createdBy,
    since: moment(channel.createdAt, zone, now),
    buttons: enabled
      ? [button('test', 'Send a test'), button('off', 'Switch off')]
      : [button('on', 'Switch on')],
    remove: `${address}/${id}/remove`,
  }
}

const stateBadges: Readonly<Record<DeliveryState, Badge>> = {
  waiting: { k: 'k-next', glyph: 'later', word: 'waiting' },
  delivered: { k: 'k-good', glyph: 'check', word: 'delivered' },
  givenUp: { k: 'k-bad', glyph: 'rejected', word: 'given up' },
}

function deliveryRow(
  { id, notification, state, tries, createdAt, nextTryAt, giveUpAt, lastAnswer }: Delivery,
  channel: Channel | undefined,
  { zone, now }: NotificationsFacts,
): DeliveryRow {
  const retry = { action: `${address}/deliveries/${id}/retry`, hidden: [], label: 'Retry now', bad: false }
  return {
    title: notification.title,
    sentence: notification.sentence,
    href: notification.path,
    channel: channel?.name ?? '',
    when: momentToTheSecond(createdAt, zone, now),
    badge: stateBadges[state],
    tries: tries === 0 ? 'not tried yet' : tries === 1 ? '1 try' : `${tries} tries`,
    next: nextTryAt && momentToTheSecond(nextTryAt, zone, now),
    giveUp: momentOrNull(state === 'waiting' ? giveUpAt : null, zone, now),
    answer: lastAnswer ?? '',
    button: state !== 'delivered' && channel?.enabled ? retry : null,
  }
}

function fieldsOf(filled: Filled, applications: readonly Application[]): readonly Field[] {
  return [
    field(filled, 'name', 'Name', { required: true, help: 'What it is called here, such as “shop team”.' }),
    field(filled, 'kind', 'Kind', {
      choices: [
        { value: 'slack', label: 'Slack message' },
        { value: 'webhook', label: 'Signed webhook' },
      ],
      help: 'A message for people (Mattermost takes Slack’s too), or JSON for a program.',
    }),
    field(filled, 'url', 'Address', {
      required: true,
      mono: true,
      help: 'https://… It is kept sealed and never shown whole again.',
    }),
    field(filled, 'application', 'Application', {
      choices: [
        { value: '', label: 'all applications' },
        ...applications.map(({ name }) => ({ value: name, label: name })),
      ],
    }),
  ]
}

/** A form that was refused keeps what was ticked, also where that was nothing. */
function kindsOf({ values, faults }: Filled): NotificationsPage['kinds'] {
  const ticked = values['kinds']
  const chosen: readonly unknown[] = Array.isArray(ticked) ? ticked : faults.length > 0 ? [] : usualKinds
  return notificationKinds.map((kind) => ({
    value: kind,
    label: kindWords[kind],
    chosen: chosen.includes(kind),
  }))
}

export function removeChannelPage(channel: Channel): ConfirmPage {
  return confirmPage({
    heading: `Remove ${channel.name}?`,
    crumbs: crumbs(`remove ${channel.name}`),
    sentence: say(strong('Nobody is told through it any more'), '. It cannot be undone.'),
    action: `${address}/${channel.id}/remove`,
    fields: [],
    consequences: [
      'What still waits for it is not delivered.',
      'What was sent through it is forgotten; that it was there stays in the deploy log.',
      'To stop it for a while, switch it off instead.',
    ],
    button: `Remove ${channel.name}`,
    bad: true,
    back: { label: 'Keep it', href: address },
  })
}
