import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../server/domain/channel.js'
import { notificationKinds, testNotification } from '../../server/domain/notification.js'
import type { NewEvent } from '../../server/engine/ports.js'
import type { ChannelStore } from '../../server/engine/ports-channels.js'

export function aChannel(patch: Partial<Channel> = {}): Channel {
  const id = randomUUID()
  return {
    id,
    name: `team-${id.slice(0, 8)}`,
    kind: 'webhook',
    shownUrl: 'https://hooks.example.com/delling',
    application: null,
    kinds: notificationKinds,
    enabled: true,
    offBecause: null,
    createdBy: 'Ada',
    createdAt: new Date('2026-11-30T10:00:00Z'),
    ...patch,
  }
}

export const aDoor = { url: 'https://hooks.example.com/delling?key=topsecret', secret: 'whsec_c2VjcmV0' }

export function channelEvent(id: string, type = 'ChannelAdded'): NewEvent {
  return {
    stream: `channel:${id}`,
    actor: { name: 'Ada', via: 'console' },
    cluster: null,
    application: null,
    event: { type, sentence: `${type}.` },
  }
}

/** What every store of channels promises, whatever it stands on. */
export function channelContract(given: () => ChannelStore): void {
  let store: ChannelStore
  beforeEach(() => {
    store = given()
  })

  const added = async (patch: Partial<Channel> = {}) => {
    const channel = aChannel(patch)
    await store.add(channel, aDoor, channelEvent(channel.id))
    return channel
  }
  const sentTo = (channel: Channel) =>
    store.enqueue(
      channel.id,
      testNotification('Ada', null, new Date('2026-11-30T10:01:00Z')),
      channelEvent(channel.id, 'ChannelTested'),
    )

  describe('channels', () => {
    it('are given back as they were added, without what opens them', async () => {
      const channel = await added()
      expect(await store.channel(channel.id)).toEqual(channel)
      expect(await store.channels()).toContainEqual(channel)
      expect(JSON.stringify(await store.channels())).not.toMatch(/topsecret|whsec/)
      expect(await store.channel(randomUUID())).toBeNull()
      expect(await store.channel('no id at all')).toBeNull()
    })

    it('are removed with what was sent through them', async () => {
      const channel = await added()
      const id = await sentTo(channel)
      expect(await store.remove(channel.id, channelEvent(channel.id, 'ChannelRemoved'))).toBe(true)
      expect(await store.channel(channel.id)).toBeNull()
      expect(await store.delivery(id)).toBeNull()
      expect(await store.remove(channel.id, channelEvent(channel.id, 'ChannelRemoved'))).toBe(false)
      expect(await store.change(channel, channelEvent(channel.id, 'ChannelSwitchedOn'))).toBe(false)
    })

    it('that go off give up what waits for them, and say why', async () => {
      const channel = await added()
      const id = await sentTo(channel)
      const off = { ...channel, enabled: false, offBecause: 'Ada switched it off' }
      expect(await store.change(off, channelEvent(channel.id, 'ChannelSwitchedOff'))).toBe(true)
      expect(await store.delivery(id)).toMatchObject({
        state: 'givenUp',
        nextTryAt: null,
        lastAnswer: 'the channel is off: Ada switched it off',
      })
    })
  })

  describe('deliveries', () => {
    it('wait at first, newest first, and can be asked for by channel and state', async () => {
      const [one, other] = [await added(), await added()]
      const first = await sentTo(one)
      const second = await sentTo(one)
      await sentTo(other)
      const listed = await store.deliveries({ channelId: one.id, limit: 10 })
      expect(listed.map(({ id }) => id)).toEqual([second, first])
      expect(listed[0]).toMatchObject({ state: 'waiting', tries: 0, lastAnswer: null })
      expect(listed[0]?.notification.at).toEqual(new Date('2026-11-30T10:01:00Z'))
      expect(await store.deliveries({ channelId: one.id, state: 'delivered', limit: 10 })).toEqual([])
      expect(await store.deliveries({ channelId: one.id, limit: 1 })).toHaveLength(1)
      expect(
        (await store.deliveries({ channelId: one.id, after: second, limit: 10 })).map(({ id }) => id),
      ).toEqual([first])
      expect(await store.deliveries({ channelId: one.id, after: first, limit: 10 })).toEqual([])
    })

    it('that were given up are tried for another day on request, under the same id', async () => {
      const channel = await added()
      const id = await sentTo(channel)
      const off = { ...channel, enabled: false, offBecause: 'Ada switched it off' }
      await store.change(off, channelEvent(channel.id, 'ChannelSwitchedOff'))
      expect(await store.retry(id, channelEvent(channel.id, 'DeliveryRetried'))).toBe(true)
      const again = await store.delivery(id)
      expect(again?.state).toBe('waiting')
      expect(again?.giveUpAt.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000)
      expect(await store.retry(randomUUID(), channelEvent(channel.id, 'DeliveryRetried'))).toBe(false)
    })
  })
}
