import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

const at = '2026-11-19T10:00:00Z'
const grant = {
  id: 'grant-1',
  to: { kind: 'person', name: 'dan@example.com' },
  role: 'deployer',
  application: 'shop',
  by: 'ada@example.com',
  at,
  why: 'joins shop',
}
const session = {
  id: 'session-1',
  person: 'https://id.example#7',
  personName: 'dan@example.com',
  since: at,
  lastUsedAt: at,
  browser: 'Firefox/140.0',
  own: false,
}
const token = {
  id: 'token-1',
  label: 'CI of shop',
  prefix: 'dlg_abcdef',
  personName: 'dan@example.com',
  scope: { role: 'deployer', applications: ['shop'] },
  createdAt: at,
  expiresAt: '2199-01-01T00:00:00Z',
  lastUsedAt: null,
  revokedAt: null,
}

let close: () => Promise<unknown> = async () => undefined
afterEach(() => close())

async function consoleWith(answers: Parameters<typeof stubConsole>[0]) {
  const console = await stubConsole(answers)
  close = console.close
  return console
}

describe('delling roles', () => {
  it('lists them, those of the configuration too', async () => {
    const configured = { ...grant, id: 'configured:group:platform', to: { kind: 'group', name: 'platform' } }
    const console = await consoleWith({
      'GET /people': {
        body: { people: [], grants: [grant, { ...configured, role: 'admin', application: null }] },
      },
    })
    const { stdout } = await console.run('roles', 'list')
    expect(stdout).toMatch(/grant-1 +dan@example.com +deployer of shop +ada@example.com, .* joins shop/)
    expect(stdout).toMatch(/by configuration +group platform +admin of all applications/)
  })

  it('gives one to a person or a group, and takes it', async () => {
    const console = await consoleWith({
      'POST /people/grants': { status: 201, body: grant },
      'POST /people/grants/grant-1/revoke': { body: grant },
    })
    const give = [
      'roles',
      'grant',
      'dan@example.com',
      'deployer',
      '--application',
      'shop',
      '--reason',
      'joins shop',
    ]
    expect((await console.run(...give)).stdout).toContain('dan@example.com is deployer of shop (grant-1)')
    await console.run('roles', 'grant', 'platform', 'viewer', '--group', '--reason', 'all may look')
    const taken = await console.run('roles', 'revoke', 'grant-1', '--reason', 'leaves')
    expect(taken.stdout).toContain('is deployer of shop no more')
    expect(console.asked.map(({ body }) => JSON.parse(body) as object)).toEqual([
      { name: 'dan@example.com', role: 'deployer', application: 'shop', why: 'joins shop' },
      { name: 'platform', role: 'viewer', kind: 'group', why: 'all may look' },
      { why: 'leaves' },
    ])
  })

  it('end with 2 and the sentence where the console finds a value that can’t be one', async () => {
    const body = { code: 'Invalid', detail: 'why: Say why. Nothing was changed.' }
    const console = await consoleWith({ 'POST /people/grants': { status: 400, body } })
    const refused = await console.run('roles', 'grant', 'dan@example.com', 'viewer')
    expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining('Say why')])
  })
})

describe('delling people', () => {
  it('lists who signed in, their browsers and their tokens', async () => {
    const person = { name: 'dan@example.com', subject: '7', groups: ['shop'], signedInAt: at }
    const console = await consoleWith({
      'GET /people': { body: { people: [person], grants: [] } },
      'GET /people/sessions': { body: { sessions: [{ ...session, own: true }] } },
      'GET /people/tokens': { body: { tokens: [token] } },
    })
    expect((await console.run('people', 'list')).stdout).toMatch(/dan@example.com +7 +shop/)
    expect((await console.run('people', 'sessions')).stdout).toMatch(
      /session-1 +dan@example.com +Firefox\/140.0 \(this one\)/,
    )
    expect((await console.run('people', 'tokens')).stdout).toMatch(
      /dan@example.com +token-1 +CI of shop +dlg_abcdef… +deployer of shop +works until/,
    )
  })

  it('ends a browser and a token with the reason', async () => {
    const console = await consoleWith({
      'POST /people/sessions/session-1/end': { body: { ended: true } },
      'POST /people/tokens/token-1/revoke': { body: token },
    })
    const ended = await console.run('people', 'end-session', 'session-1', '--reason', 'lost laptop')
    expect(ended.stdout).toContain('signed out')
    const revoked = await console.run('people', 'revoke-token', 'token-1', '--reason', 'leaked')
    expect(revoked.stdout).toContain('(CI of shop) of dan@example.com opens nothing any more')
    expect(console.asked.map(({ body }) => JSON.parse(body) as object)).toEqual([
      { why: 'lost laptop' },
      { why: 'leaked' },
    ])
  })
})

describe('delling sessions', () => {
  it('lists one’s own and ends one', async () => {
    const console = await consoleWith({
      'GET /sessions': { body: { sessions: [session] } },
      'POST /sessions/session-1/end': { body: { ended: true } },
    })
    expect((await console.run('sessions', 'list')).stdout).toContain('Firefox/140.0')
    expect((await console.run('sessions', 'end', 'session-1')).stdout).toContain('signed out')
  })
})
