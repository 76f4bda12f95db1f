import type { OutboundLeave } from '../domain/outbound-address.js'
import type { LateReplies } from '../engine/ports-channels.js'
import { NotSent, post, resolveByDns, type Resolve } from './post.js'

const timeoutMs = 10_000
const slackHost = 'hooks.slack.com'

/** Answers slash commands later, at the address that came with them: Slack's own, or one of this machine in local mode. */
export function makeLateReplies(leave: OutboundLeave, resolve: Resolve = resolveByDns): LateReplies {
  return {
    async send(responseUrl, message) {
      if (!URL.canParse(responseUrl))
        throw new NotSent('the command came without an address for late answers')
      const { hostname } = new URL(responseUrl)
      const ownMachine = leave.loopback && ['127.0.0.1', 'localhost'].includes(hostname)
      if (hostname !== slackHost && !ownMachine) throw new NotSent(`answers go to ${slackHost} only`)
      const body = JSON.stringify(message)
      const headers = { 'content-type': 'application/json' }
      const { status } = await post(
        responseUrl,
        { body, headers },
        {
          leave,
          resolve,
          signal: AbortSignal.timeout(timeoutMs),
        },
      )
      if (status >= 300) throw new NotSent(`Slack answered ${status} to a late answer`)
    },
  }
}
