import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../../config/checkout.js'
import { webhookHeaders } from '../../server/outbound/webhook-signature.js'

type Checked = (headers: Record<string, string>, body: string, secret: string) => unknown

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, so!').toString('base64')}`
const body = '{"type":"delling.test"}'
const folder = mkdtempSync(join(tmpdir(), 'delling-docs-'))
let checked: Checked

beforeAll(async () => {
  const text = readFileSync(join(checkout, 'docs', 'notifications.md'), 'utf8')
  const [, example = ''] = /```js\n([\s\S]+?)```/.exec(text) ?? []
  const file = join(folder, 'checked.mjs')
  writeFileSync(file, example)
  ;({ checked } = (await import(pathToFileURL(file).href)) as { checked: Checked })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the check that docs/notifications.md shows', () => {
  it('takes what we send', () => {
    expect(checked(webhookHeaders(secret, 'msg_1', new Date(), body), body, secret)).toEqual({
      type: 'delling.test',
    })
  })

  it('takes nothing else', () => {
    const headers = webhookHeaders(secret, 'msg_1', new Date(), body)
    expect(() => checked(headers, `${body} `, secret)).toThrow('not signed')
    expect(() => checked({ ...headers, 'webhook-id': 'msg_2' }, body, secret)).toThrow('not signed')
    expect(() => checked(headers, body, 'whsec_YW5vdGhlcg==')).toThrow('not signed')
    const old = webhookHeaders(secret, 'msg_1', new Date(Date.now() - 600_000), body)
    expect(() => checked(old, body, secret)).toThrow('too old')
  })
})
