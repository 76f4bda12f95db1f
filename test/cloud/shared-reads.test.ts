import { describe, expect, it } from 'vitest'
import { sharedRead } from '../../server/cloud/shared-reads.js'

const never = new AbortController().signal

/** A read whose requests are answered by the test, one by one. */
function heldRead() {
  const sent: { keys: readonly string[]; answer: (value?: string) => void; fail: (error: Error) => void }[] =
    []
  const read = (keys: readonly string[]) =>
    new Promise<ReadonlyMap<string, string>>((resolve, reject) => {
      sent.push({
        keys,
        answer: (value = 'seen') => resolve(new Map(keys.map((key) => [key, `${key} ${value}`]))),
        fail: reject,
      })
    })
  const sentCount = async (count: number) => {
    while (sent.length < count) await new Promise((resolve) => setTimeout(resolve, 1))
    return sent
  }
  return { sent, read, sentCount }
}

describe('sharedRead', () => {
  it('puts callers of the same moment into one request', async () => {
    const { sentCount, read } = heldRead()
    const shared = sharedRead(read, { batch: 50 })
    const both = Promise.all([shared.get(['a', 'b'], never), shared.get(['b', 'c'], never)])
    const [first] = await sentCount(1)
    expect(first?.keys).toEqual(['a', 'b', 'c'])
    first?.answer()
    const [one, two] = await both
    expect([...one.keys()]).toEqual(['a', 'b'])
    expect([...two.keys()]).toEqual(['b', 'c'])
  })

  it('never answers from a request that was sent before it was asked', async () => {
    const { sent, sentCount, read } = heldRead()
    const shared = sharedRead(read, { batch: 50, patienceMs: 60_000 })
    const early = shared.get(['a'], never)
    await sentCount(1)
    const late = shared.get(['a'], never)
    sent[0]?.answer('before')
    expect((await early).get('a')).toBe('a before')
    await sentCount(2)
    sent[1]?.answer('after')
    expect((await late).get('a')).toBe('a after')
  })

  it('gathers what is asked while a request is under way, but not for longer than its patience', async () => {
    const { sent, sentCount, read } = heldRead()
    const shared = sharedRead(read, { batch: 50, patienceMs: 20 })
    const stuck = shared.get(['a'], never)
    await sentCount(1)
    const waiting = [shared.get(['b'], never), shared.get(['c'], never)]
    await sentCount(2)
    expect(sent[1]?.keys).toEqual(['b', 'c'])
    sent[1]?.answer()
    await Promise.all(waiting)
    sent[0]?.answer()
    await stuck
  })

  it('splits what is more than one request takes', async () => {
    const { sent, sentCount, read } = heldRead()
    const shared = sharedRead(read, { batch: 2 })
    const all = shared.get(['a', 'b', 'c'], never)
    await sentCount(2)
    expect(sent.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']])
    sent.forEach(({ answer }) => answer())
    expect((await all).size).toBe(3)
  })

  it('fails only those whose request failed', async () => {
    const { sent, sentCount, read } = heldRead()
    const shared = sharedRead(read, { batch: 1 })
    const bad = shared.get(['a'], never)
    const good = shared.get(['b'], never)
    await sentCount(2)
    sent[0]?.fail(new Error('AWS is away'))
    sent[1]?.answer()
    await expect(bad).rejects.toThrow('AWS is away')
    expect((await good).get('b')).toBe('b seen')
  })

  it('leaves the others their answer when one caller gives up', async () => {
    const { sent, sentCount, read } = heldRead()
    const shared = sharedRead(read, { batch: 50 })
    const controller = new AbortController()
    const impatient = shared.get(['a'], controller.signal)
    const patient = shared.get(['a'], never)
    await sentCount(1)
    controller.abort(new Error('given up'))
    await expect(impatient).rejects.toThrow('given up')
    sent[0]?.answer()
    expect((await patient).get('a')).toBe('a seen')
  })

  it('asks nothing for no keys', async () => {
    const { sent, read } = heldRead()
    expect((await sharedRead(read, { batch: 50 }).get([], never)).size).toBe(0)
    expect(sent).toHaveLength(0)
  })
})
