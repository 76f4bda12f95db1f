import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

const token = {
  id: 'id-1',
  label: 'CI of shop',
  prefix: 'dlg_abcdef',
  scope: { role: 'deployer', applications: ['shop'] },
  createdAt: '2026-11-19T10:00:00Z',
  expiresAt: '2199-01-01T00:00:00Z',
  lastUsedAt: null,
  revokedAt: null,
}

let close: () => Promise<unknown> = async () => undefined
afterEach(() => close())

describe('delling tokens', () => {
  it('makes one with its scope, and prints nothing but the secret', async () => {
    const console = await stubConsole({
      'POST /tokens': { status: 201, body: { ...token, secret: 'dlg_secret' } },
    })
    close = console.close
    const made = await console.run(
      'tokens',
      'create',
      'CI of shop',
      '--applications',
      'shop,media',
      '--days',
      '7',
    )
    expect(made).toEqual({ exit: 0, stdout: 'dlg_secret\n', stderr: '' })
    expect(JSON.parse(console.asked[0]!.body)).toEqual({
      label: 'CI of shop',
      applications: ['shop', 'media'],
      days: 7,
    })
  })

  it('lists them without their secret, and revokes one', async () => {
    const console = await stubConsole({
      'GET /tokens': {
        body: { tokens: [token, { ...token, id: 'id-2', revokedAt: '2026-11-20T10:00:00Z' }] },
      },
      'POST /tokens/id-1/revoke': { body: token },
    })
    close = console.close
    const listed = await console.run('tokens', 'list')
    expect(listed.stdout).toMatch(/id-1 .*CI of shop.*dlg_abcdef….*deployer of shop.*works until/)
    expect(listed.stdout).toMatch(/id-2 .*revoked/)
    expect((await console.run('tokens', 'revoke', 'id-1')).stdout).toContain('opens nothing any more')
  })

  it('ends with 2 and the sentence where the console finds a value that can’t be one', async () => {
    const body = { code: 'Invalid', detail: 'role: A role is one of viewer. Nothing was changed.' }
    const console = await stubConsole({ 'POST /tokens': { status: 400, body } })
    close = console.close
    const refused = await console.run('tokens', 'create', 'x', '--role', 'king')
    expect(refused.exit).toBe(2)
    expect(refused.stderr).toContain('A role is one of')
  })
})
