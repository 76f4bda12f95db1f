import { connect } from 'node:net'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRealDelling, type RealDelling } from '../support/real-delling.js'
import { unsafePackages } from '../support/unsafe-packages.js'

let real: RealDelling
let cookie = ''

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

const ask = async (path: string, { method = 'GET', headers = {}, body }: Asked = {}) => {
  const reply = await fetch(`${real.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${real.token}`, ...headers },
    ...(body === undefined ? {} : { body }),
  })
  return { status: reply.status, text: await reply.text(), headers: reply.headers }
}
const asPerson = (asked: Asked): Asked => ({
  ...asked,
  headers: { authorization: '', cookie, 'sec-fetch-site': 'same-origin', ...asked.headers },
})
