import express from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { checkedByDocument } from '../support/checked-by-document.js'
import { consoleOver } from '../support/console-under-test.js'
import { FakeWorld } from '../support/fake-parts.js'

const { document } = consoleOver(new FakeWorld())
const application = {
  name: 'shop',
  owner: 'Shop team',
  email: null,
  port: 8080,
  healthPath: '/',
  startCommand: null,
  createdAt: '2026-11-24T12:00:00Z',
}
const problem = {
  type: 'urn:delling:problem:not-found',
  title: 'Not found',
  status: 404,
  code: 'NotFound',
  detail: 'x',
}

/** An answer as some console would give it to one request, held against the document. */
async function answered(
  status: number,
  body: unknown,
  type = 'application/json',
  path = '/applications/shop',
) {
  const app = express()
  app.get(`/api/v1${path}`, (_request, response) => {
    response.status(status).set('Content-Type', type).send(JSON.stringify(body))
  })
  return (await request(checkedByDocument(app, document)).get(`/api/v1${path}`)).status
}

describe('the check that holds answers against the document', () => {
  it('lets through what is as the document says', async () => {
    expect(await answered(200, application)).toBe(200)
    expect(await answered(404, problem, 'application/problem+json')).toBe(404)
  })

  it.each<[string, number, unknown, string?, string?]>([
    ['a field that is missing', 200, { ...application, owner: undefined }],
    ['a field that the document does not name', 200, { ...application, secret: 'x' }],
    ['a value of another kind', 200, { ...application, port: '8080' }],
    ['a moment that is none', 200, { ...application, createdAt: 'yesterday' }],
    ['a status that the operation does not have', 202, application],
    ['a problem as plain JSON', 404, problem],
    ['a problem without its type', 404, { ...problem, type: undefined }, 'application/problem+json'],
    [
      'a field that is not named deep in a list',
      200,
      { applications: [{ ...application, x: 1 }], next: null },
      'application/json',
      '/applications',
    ],
    ['an address that is not in it', 200, {}, 'application/json', '/nothing'],
  ])('stops %s', async (_what, status, body, type, path) => {
    expect(await answered(status, body, type, path)).toBe(599)
  })
})
