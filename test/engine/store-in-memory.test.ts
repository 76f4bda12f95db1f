import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FakeCredentials } from '../support/fake-credentials.js'
import { cluster, operation } from '../support/build.js'
import { MemoryStore } from '../simulation/memory-store.js'
import { onceContract } from '../store/once-contract.js'
import { storeContract } from '../store/store-contract.js'

describe('the store in memory, on which the simulation runs', () => {
  const store = new MemoryStore({ now: () => new Date() })
  storeContract(() => ({ store, history: store }))

  it('does not load a cluster whose operation had an event that a newer version wrote', async () => {
    const running = operation({ id: randomUUID(), cluster: 'shop-newer' })
    await store.request('shop-newer', () => ({
      change: {
        cluster: cluster({ name: 'shop-newer', ruleArn: null }),
        operations: [running],
        events: [
          {
            stream: `operation:${running.id}`,
            actor: { name: 'Ada', via: 'console' },
            cluster: 'shop-newer',
            application: 'shop',
            event: { type: 'SailSet', sentence: 'Set at 10 knots.' },
          },
        ],
      },
      result: null,
    }))
    await expect(store.loadCluster('shop-newer')).rejects.toThrow('the event “SailSet”')
  })
})

describe('the answers in memory, on which the tests of routes run', () => {
  const credentials = new FakeCredentials()
  onceContract(() => credentials)
})
