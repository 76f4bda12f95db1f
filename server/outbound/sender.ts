import { outcomeOf, quotable, type TryOutcome } from '../domain/delivery.js'
import type { OutboundLeave } from '../domain/outbound-address.js'
import { slackMessage } from '../domain/slack-message.js'
import { webhookMessage } from '../domain/webhook-message.js'
import type { ChannelDoor, Sender, TakenDelivery } from '../engine/ports-channels.js'
import { NotSent, post, resolveByDns, type Resolve } from './post.js'
import { webhookHeaders } from './webhook-signature.js'

export interface SenderOptions {
  readonly leave: OutboundLeave
  /** What links in messages begin with. */
  readonly publicUrl: string
  readonly version: string
  /** How long one try may take, from looking the name up to the answer's end. */
  readonly timeoutMs?: number
  readonly resolve?: Resolve
}

/** Sends to webhooks and Slack hooks. The time in a signature is the machine's, also where the local cloud's is moved. */
export function makeSender(options: SenderOptions): Sender {
  const { leave, resolve = resolveByDns, timeoutMs = 10_000 } = options
  return {
    async send(delivery, signal) {
      const timeout = AbortSignal.timeout(timeoutMs)
      const either = AbortSignal.any([signal, timeout])
      try {
        const posted = await withinSignal(
          post(delivery.door.url, messageOf(delivery, options), { leave, resolve, signal: either }),
          either,
        )
        return outcomeOf(posted.status, quotable(posted.said), waitAsked(posted.retryAfter))
      } catch (error) {
        return failed(timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error))
      }
    },
  }
}

function messageOf(
  { id, channelKind, notification, door }: TakenDelivery & { readonly door: ChannelDoor },
  { publicUrl, version }: SenderOptions,
): { body: string; headers: Record<string, string> } {
  const message =
    channelKind === 'slack' ? slackMessage(notification, publicUrl) : webhookMessage(notification, publicUrl)
  const body = JSON.stringify(message)
  const headers = { 'content-type': 'application/json', 'user-agent': `Delling/${version}` }
  if (door.secret === null) return { body, headers }
  return { body, headers: { ...headers, ...webhookHeaders(door.secret, `msg_${id}`, new Date(), body) } }
}

/** A name that is looked up can’t be told to stop; nobody waits for it any longer. */
function withinSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    const stop = () => fail(new Error('stopped'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(done, fail).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** Seconds or a date, as HTTP has it. */
function waitAsked(retryAfter: string | null): number | null {
  if (retryAfter === null) return null
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000
  const at = Date.parse(retryAfter)
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now())
}

/** What may be shown of a failure: its code or its own sentence, never an address that is a secret. */
function reasonOf(error: unknown): string {
  if (error instanceof NotSent) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  return code ? `not reached: ${code}` : `not reached: ${quotable(message)}`
}

const failed = (answer: string): TryOutcome => ({ kind: 'failed', answer, retryAfterMs: null })
