import { describe, expect, it } from 'vitest'
import { listeningConsole } from '../support/console-under-test.js'
import { ada, demoWorld } from '../support/demo-world.js'

/** Reads a stream until it holds a text. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  const decoder = new TextDecoder()
  let read = ''
  while (!read.includes(text)) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`the stream ended without “${text}”: ${read}`)
    read += decoder.decode(value, { stream: true })
  }
  return read
}

describe('the stream of events', () => {
  it('sends what is written from now on, and after a reconnect what was missed', async () => {
    const world = demoWorld()
    const server = await listeningConsole(world)
    const token = await server.credentials.issueToken({ name: 'Ada' })
    const headers = { Authorization: `Bearer ${token}` }
    const open = async (more: Record<string, string>) => {
      const answer = await fetch(`${server.url}/api/v1/events`, { headers: { ...headers, ...more } })
      return answer.body!.getReader()
    }
    const first = await open({})
    await readUntil(first, 'retry:')
    const event = {
      at: world.now,
      stream: 'cluster:shop-main',
      cluster: 'shop-main',
      application: 'shop',
      actor: ada,
      type: 'Kept',
      data: {},
    }
    world.addEvent({ ...event, sentence: 'first sentence' })
    const text = await readUntil(first, 'first sentence')
    expect(text).not.toContain('v013 is being launched')
    const seen = Number(/id: (\d+)/.exec(text)?.[1])
    await first.cancel()
    world.addEvent({ ...event, sentence: 'missed sentence' })
    const second = await open({ 'Last-Event-ID': String(seen) })
    expect(await readUntil(second, 'missed sentence')).toContain(`id: ${seen + 1}`)
    await second.cancel()
    const asked = await fetch(`${server.url}/api/v1/events?after=${seen}`, { headers })
    expect(asked.headers.get('content-type')).toContain('text/event-stream')
    const third = asked.body!.getReader()
    expect(await readUntil(third, 'missed sentence')).not.toContain('first sentence')
    await third.cancel()
    await server.close()
  })
})
