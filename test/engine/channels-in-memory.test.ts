import { describe } from 'vitest'
import { channelContract } from '../store/channel-contract.js'
import { MemoryChannels } from '../support/memory-channels.js'

describe('the channels in memory, on which the tests of routes run', () => {
  const store = new MemoryChannels(() => undefined)
  channelContract(() => store)
})
