import type { Store as SessionStore } from 'express-session'
import type { Logger } from 'pino'
import type { OutboundLeave } from '../domain/outbound-address.js'
import type { Parts } from '../engine/parts.js'
import type { ChannelStore, Confirmations, LateReplies } from '../engine/ports-channels.js'
import type { History } from '../engine/ports.js'
import type { Credentials } from './credentials.js'
import type { Engine } from './bind-engine.js'
import type { AccessLog } from './guard/access-log.js'
import type { Senders } from './guard/senders.js'
import type { People } from './people.js'
import type { Sessions } from './sessions.js'
import type { SignInPolicy } from './sign-in-policy.js'
import type { SystemFace } from './system-face.js'
import type { Tokens } from './tokens.js'

/** Who may talk to Delling from Slack, and how it answers. */
export interface SlackFace {
  /** Null: slash commands are not answered. */
  readonly signingSecret: string | null
  /** Names in Delling, by Slack's user ids. */
  readonly people: Readonly<Record<string, string>>
  readonly confirmations: Confirmations
  readonly lateReplies: LateReplies
  /** How soon an answer is given, if only that it follows; absent: before Slack gives up. */
  readonly answerWithinMs?: number
}

/** What the composition root hands to the console. */
export interface WebDeps {
  readonly parts: Parts
  readonly credentials: Credentials
  readonly tokens: Tokens
  readonly people: People
  readonly sessions: Sessions
  readonly signIn: SignInPolicy
  readonly sessionStore: SessionStore
  readonly sessionSecret: string
  /** Values of `Host` that are answered; an entry without a port allows every port. */
  readonly hosts: readonly string[]
  /** The address that sign-in links begin with; `https:` makes the cookie secure. */
  readonly publicUrl: string
  readonly logger: Logger
  readonly ready: () => boolean
  /** Since when the database does not answer; null while it does. */
  readonly databaseAwaySince: () => Date | null
  /** Clusters and bakes that are left to a newer version, and why, by scope. */
  readonly leftAlone: () => ReadonlyMap<string, string>
  readonly localCloud: boolean
  /** Where people are told what happened. */
  readonly channels: ChannelStore
  /** Where channels may lead. */
  readonly leave: OutboundLeave
  readonly slack: SlackFace
  /** How all is, and the jobs; of every application. */
  readonly system: SystemFace
  /** Where uploads are kept while they are checked. */
  readonly uploadDir: string
  readonly maxUploadBytes: number
  /** Names this installation in the title where several consoles run on one machine. */
  readonly homeName?: string
}

/** The same with the engine bound. */
export interface AppDeps extends WebDeps {
  readonly engine: Engine
  readonly accessLog: AccessLog
}

/** What every route takes. Its records and its engine read for whoever sent the request. */
export interface Deps extends AppDeps {
  readonly senders: Senders
  /** Every event, for the stream, which parts out what its reader may not see. */
  readonly allEvents: Pick<History, 'eventsAfter' | 'lastSeq'>
}
