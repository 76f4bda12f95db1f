import type { Notification } from './notification.js'

/** Slack takes 3000 characters in a section; escaping makes text longer. */
const longestSection = 2800

/** Slack's three control characters: what others wrote can then be neither a mention nor a link. */
export function slackEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A message as Slack's incoming webhooks take it: blocks, and one text for notifications and for others who read no blocks. */
export function slackMessage(notification: Notification, publicUrl: string): object {
  const { title, sentence, by, reason, path } = notification
  const link = `${publicUrl}${path}`.replace(/[<>|]/g, encodeURIComponent)
  const who = `by ${slackEscaped(by)}${reason ? `: ${slackEscaped(cut(reason, 500))}` : ''}`
  const said = slackEscaped(cut(sentence, longestSection / 5))
  const text = `*${slackEscaped(title)}*\n${said}`
  return {
    text: `${slackEscaped(title)}. ${said}`,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: `${who} · <${slackEscaped(link)}|Open in Delling>` }],
      },
    ],
  }
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}
