import type { Notification, NotificationKind } from './notification.js'

/** `webhook`: signed JSON for a program. `slack`: a message in Slack's form, which Mattermost and others take too. */
export type ChannelKind = 'webhook' | 'slack'

/** Where people are told what happened. Its address and its secret are never part of it. */
export interface Channel {
  readonly id: string
  readonly name: string
  readonly kind: ChannelKind
  /** The address as it may be shown: what could open the door is left out. */
  readonly shownUrl: string
  /** Null: every application's. */
  readonly application: string | null
  readonly kinds: readonly NotificationKind[]
  readonly enabled: boolean
  /** Why it is off; null while it is on, and where a person has switched it off without a word. */
  readonly offBecause: string | null
  readonly createdBy: string
  readonly createdAt: Date
}

/** Whether a channel is told of something; of what is about all applications, each is that wants the kind. */
export function wants(channel: Channel, { kind, application }: Notification): boolean {
  if (!channel.enabled || kind === 'test') return false
  if (channel.application !== null && application !== null && channel.application !== application)
    return false
  return channel.kinds.includes(kind)
}

/**
 * An address as pages, log and API show it. The path of a Slack hook is its secret; a webhook's path is not, its query may
 * be.
 */
export function shownUrl(kind: ChannelKind, url: string): string {
  const { origin, pathname, search } = new URL(url)
  if (kind === 'slack') return `${origin}/…`
  return `${origin}${pathname}${search ? '?…' : ''}`
}
