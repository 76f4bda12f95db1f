import { afterEach, describe, expect, it } from 'vitest'
import { runCli } from '../../server/cli/run-cli.js'
import { stubConsole, token } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
afterEach(() => console_?.close())

const status = (statement: string, operation: object | null) => ({
  body: { cluster: 'shop-main', statement, url: null, operation, needsPerson: null, serverGroups: [] },
})
const gone = { status: 404, body: { code: 'UnknownCluster', detail: 'There is no cluster shop-main.' } }
const running = { id: 'op-1', kind: 'deploy', phase: 'registering' }
const operation = {
  body: {
    ...running,
    cluster: 'shop-main',
    events: [{ at: '2026-11-30T10:00:00Z', sentence: 'v002 is being launched.' }],
    wait: { sentence: '2 of 3 targets are healthy' },
  },
}

async function watchUntilGone(terminal: boolean) {
  console_ = await stubConsole({
    'GET /clusters/shop-main': [
      status('v001 live', running),
      status('v001 live', running),
      status('v002 live', null),
      gone,
    ],
    'GET /operations/op-1': operation,
  })
  const said = { out: '', err: '' }
  const streams = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    errIsTerminal: terminal,
    errColumns: 30,
  }
  const exit = await runCli(['status', 'shop-main', '--watch'], streams, {
    DELLING_URL: console_.url,
    DELLING_TOKEN: token,
  })
  return { exit, ...said }
}

describe('delling status --watch', () => {
  it('prints what changed where there is no terminal, and ends when there is nothing to watch', async () => {
    const { exit, out, err } = await watchUntilGone(false)
    expect([exit, err]).toEqual([3, 'There is no cluster shop-main.\n'])
    expect(out.match(/v001 live/g)).toHaveLength(1)
    expect(out).toMatch(/v002 is being launched\.\n {2}now {7}2 of 3 targets are healthy\n\n.*v002 live/s)
  })

  it('draws in place on a terminal, and lets no line wrap', async () => {
    const { out, err } = await watchUntilGone(true)
    expect(out).toBe('')
    const [first = ''] = err.split('\u001b[J').slice(1)
    const rows = first.split('\n').filter((line) => !line.startsWith('\u001b'))
    expect(err).toContain(`\u001b[${rows.length}A\r\u001b[J`)
    expect(Math.max(...rows.map((line) => line.length))).toBeLessThan(30)
  })

  it('is not for scripts', async () => {
    console_ = await stubConsole({})
    expect((await console_.run('status', 'shop-main', '--watch', '--json')).exit).toBe(2)
  })
})
