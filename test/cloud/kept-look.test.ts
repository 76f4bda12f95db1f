import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keptLook, keptLooks, type LookPace, type Read } from '../../server/cloud/kept-look.js'

const pace: LookPace = { restMs: 1000, restForEachRequestMs: 100, patienceMs: 500 }
const clock = { now: () => new Date(performance.now()) }

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

interface Waiting {
  readonly resolve: (read: Read<string>) => void
  readonly reject: (error: Error) => void
}

/** Reads that the test answers, one after the other. */
function reads() {
  const waiting: Waiting[] = []
  let count = 0
  return {
    read: () => {
      count += 1
      return new Promise<Read<string>>((resolve, reject) => void waiting.push({ resolve, reject }))
    },
    answer: (seen: string, requests = 1) => waiting.shift()!.resolve({ seen, requests }),
    fail: (message: string) => waiting.shift()!.reject(new Error(message)),
    get count() {
      return count
    },
  }
}

describe('a kept look', () => {
  it('is one read for any number of viewers, and rests in proportion to what it cost', async () => {
    const source = reads()
    const look = keptLook(source.read, { clock, pace })
    const viewers = Array.from({ length: 50 }, () => look())
    source.answer('first', 20)
    for (const each of await Promise.all(viewers)) expect(each).toMatchObject({ seen: 'first', fault: null })
    // 1000 ms and 20 times 100.
    vi.advanceTimersByTime(2999)
    expect((await look()).seen).toBe('first')
    expect(source.count).toBe(1)
    vi.advanceTimersByTime(1)
    const again = look()
    source.answer('second')
    expect((await again).seen).toBe('second')
    expect(source.count).toBe(2)
  })

  it('tells the age of what it shows from the beginning of its read', async () => {
    const source = reads()
    const look = keptLook(source.read, { clock, pace })
    const began = clock.now()
    const first = look()
    vi.advanceTimersByTime(300)
    source.answer('x')
    expect((await first).at).toEqual(began)
  })

  it('keeps the last good one when a read fails, says why, and does not try again at once', async () => {
    const source = reads()
    const look = keptLook(source.read, { clock, pace })
    const first = look()
    source.answer('good')
    const { at } = await first
    vi.advanceTimersByTime(5000)
    const second = look()
    source.fail('not allowed')
    expect(await second).toEqual({ seen: 'good', at, fault: 'not allowed' })
    expect(await look()).toEqual({ seen: 'good', at, fault: 'not allowed' })
    expect(source.count).toBe(2)
    vi.advanceTimersByTime(1000)
    const third = look()
    source.answer('better')
    expect(await third).toMatchObject({ seen: 'better', fault: null })
  })

  it('lets nobody wait for long, and gives the late answer to who comes next', async () => {
    const source = reads()
    const look = keptLook(source.read, { clock, pace })
    const first = look()
    vi.advanceTimersByTime(500)
    expect(await first).toEqual({ seen: null, at: null, fault: 'It is still being read, after 0.5 s.' })
    const second = look()
    source.answer('late')
    expect(await second).toMatchObject({ seen: 'late', fault: null })
    expect(source.count).toBe(1)
  })

  it('shows what it has at once while a read goes on that took long before', async () => {
    const source = reads()
    const look = keptLook(source.read, { clock, pace: { ...pace, patienceMs: 60_000 } })
    const first = look()
    vi.advanceTimersByTime(20_000)
    source.answer('old')
    const { at } = await first
    vi.advanceTimersByTime(5000)
    expect(await look()).toEqual({ seen: 'old', at, fault: null })
    expect(source.count).toBe(2)
    source.answer('new')
    await vi.advanceTimersByTimeAsync(0)
    expect((await look()).seen).toBe('new')
  })

  it('is not read for who is content with an older one', async () => {
    const source = reads()
    const look = keptLook(source.read, { clock, pace })
    const first = look()
    source.answer('x')
    await first
    vi.advanceTimersByTime(5000)
    expect((await look(6000)).seen).toBe('x')
    expect(source.count).toBe(1)
  })
})

describe('kept looks by key', () => {
  it('forget the one that was asked for longest ago', async () => {
    const asked: string[] = []
    const read = async (key: string) => {
      asked.push(key)
      return { seen: key, requests: 1 }
    }
    const looks = keptLooks(read, { clock, pace, most: 2 })
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect((await looks(key)).seen).toBe(key)
    expect(asked).toEqual(['a', 'b', 'c', 'b'])
  })
})
