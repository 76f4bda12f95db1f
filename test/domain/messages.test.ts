import { describe, expect, it } from 'vitest'
import type { Notification } from '../../server/domain/notification.js'
import { slackMessage } from '../../server/domain/slack-message.js'
import { webhookMessage } from '../../server/domain/webhook-message.js'

const notification: Notification = {
  kind: 'switched',
  application: 'shop',
  cluster: 'shop-main',
  group: 'shop-main-v002',
  title: 'shop-main: switched',
  sentence: 'Switched: v002 carries all traffic, v001 is warm.',
  by: 'Ada',
  reason: 'new prices',
  path: '/operations/op-1',
  at: new Date('2026-11-30T10:00:00Z'),
}
const url = 'https://delling.example.com'

interface Message {
  readonly text: string
  readonly blocks: readonly { text?: { text: string }; elements?: readonly { text: string }[] }[]
}

describe('a webhook’s message', () => {
  it('has type, time and data, with a whole address to open', () => {
    expect(webhookMessage(notification, url)).toEqual({
      type: 'delling.switched',
      timestamp: '2026-11-30T10:00:00.000Z',
      data: {
        application: 'shop',
        cluster: 'shop-main',
        group: 'shop-main-v002',
        title: 'shop-main: switched',
        sentence: 'Switched: v002 carries all traffic, v001 is warm.',
        by: 'Ada',
        reason: 'new prices',
        link: 'https://delling.example.com/operations/op-1',
      },
    })
  })
})

describe('a Slack message', () => {
  it('has blocks, and one text for who reads none', () => {
    const { text, blocks } = slackMessage(notification, url) as Message
    expect(text).toBe('shop-main: switched. Switched: v002 carries all traffic, v001 is warm.')
    expect(blocks[0]?.text?.text).toBe(
      '*shop-main: switched*\nSwitched: v002 carries all traffic, v001 is warm.',
    )
    expect(blocks[1]?.elements?.[0]?.text).toBe(
      'by Ada: new prices · <https://delling.example.com/operations/op-1|Open in Delling>',
    )
  })

  it('takes nothing that others wrote for a mention, a link or an entity', () => {
    const hostile = '<!channel> & <https://evil.example|Open> &lt;'
    const said = JSON.stringify(
      slackMessage({ ...notification, title: hostile, sentence: hostile, by: hostile, reason: hostile }, url),
    )
    expect(said).not.toContain('<!channel>')
    expect(said).not.toContain('<https://evil.example')
    expect(said).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|Open&gt; &amp;lt;')
  })

  it('stays within what Slack takes, however long the sentence is', () => {
    const { blocks } = slackMessage({ ...notification, sentence: '&'.repeat(10_000) }, url) as Message
    expect(blocks[0]?.text?.text.length).toBeLessThan(3000)
  })
})
