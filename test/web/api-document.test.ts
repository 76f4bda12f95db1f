import { Validator } from '@seriousme/openapi-schema-validator'
import request from 'supertest'
import { beforeAll, describe, expect, it } from 'vitest'
import type { OpenApiDocument } from '../../server/web/api/document.js'
import { problemKinds } from '../../server/web/problem-kinds.js'
import { routesOf, type Layer } from '../support/routes-of.js'
import { consoleOver } from '../support/console-under-test.js'
import { FakeWorld } from '../support/fake-parts.js'

type Specification = Parameters<Validator['validate']>[0]

let under: ReturnType<typeof consoleOver>
let document: OpenApiDocument
beforeAll(async () => {
  under = consoleOver(new FakeWorld())
  document = (await request(under.app).get('/api/v1/openapi.json').expect(200)).body as OpenApiDocument
})
const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

describe('the document of the API', () => {
  it('is served without sign-in, and is a valid OpenAPI 3.1 document', async () => {
    const validated = await new Validator().validate(structuredClone(document) as unknown as Specification)
    expect(validated).toMatchObject({ valid: true })
    expect(document.openapi).toBe('3.1.0')
  })

  it('has every route of the program, and no other', () => {
    const { router } = under.bare as unknown as { router: { stack: readonly Layer[] } }
    const served = routesOf(router.stack)
      .filter(({ path }) => path.startsWith('/api/v1/'))
      .map(({ method, path }) => `${method} ${path.slice('/api/v1'.length).replace(/:(\w+)/g, '{$1}')}`)
    expect(served.length).toBeGreaterThan(50)
    expect(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual([...served].sort())
  })

  it('names each operation once, with a summary, an answer of success, and a parameter for each name in its path', () => {
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of operations()) {
      expect(operation.summary, path).not.toBe('')
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        path,
      ).toBe(true)
      const inPath = (operation.parameters ?? []).flatMap((each) =>
        'in' in each && each.in === 'path' ? [each.name] : [],
      )
      expect(inPath, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    }
  })

  it('refers only to what it has, and uses everything that it has', () => {
    const text = JSON.stringify(document)
    const used = new Set(
      [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)].map(([, kind, name]) => `${kind}/${name}`),
    )
    const there = (['schemas', 'responses', 'parameters'] as const).flatMap((kind) =>
      Object.keys(document.components[kind]).map((name) => `${kind}/${name}`),
    )
    // What is asked by a method that an address does not take belongs to no operation.
    expect([...used].sort()).toEqual(there.filter((each) => each !== 'responses/Problem405').sort())
  })

  it('says of every kind of problem what it is, under a name that stays', () => {
    const text = JSON.stringify(document.components.responses)
    for (const { type } of Object.values(problemKinds)) {
      expect(type).toMatch(/^urn:delling:problem:[a-z-]+$/)
      expect(text).toContain(type)
    }
  })

  it('is a page too, without sign-in, that has every operation, schema and kind of problem', async () => {
    const page = await request(under.app).get('/api').expect(200)
    for (const { operation } of operations())
      expect(page.text).toContain(`<details id="${operation.operationId}">`)
    for (const name of Object.keys(document.components.schemas))
      expect(page.text).toContain(`id="schema-${name}"`)
    for (const { type } of Object.values(problemKinds)) expect(page.text).toContain(type)
    const links = [...page.text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!)
    expect(links.filter((id) => !page.text.includes(`id="${id}"`))).toEqual([])
    expect(page.text).not.toContain('[object Object]')
  })
})
