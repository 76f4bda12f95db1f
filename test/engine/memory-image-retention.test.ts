import { describe } from 'vitest'
import { MemoryStore } from '../simulation/memory-store.js'
import { imageRetentionContract } from '../store/image-retention-contract.js'

describe('what is kept for the retention of images, in memory', () => {
  imageRetentionContract(async () => {
    const store = new MemoryStore({ now: () => new Date() })
    return { store, retention: store.retention }
  })
})
