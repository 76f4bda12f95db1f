import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import express, { type Express, type Response } from 'express'
import type { OpenApiDocument, OperationObject, ResponseObject } from '../../server/web/api/document.js'

/** Answered in place of what is not as the document says: no test asks for it, and the body says what is wrong. */
const notAsDocumented = 599

/**
 * The console, with every answer below /api/v1 held against its own document: the status, the kind of body, and the body
 * by its schema, in which nothing may stand that the document does not name.
 */
export function checkedByDocument(app: Express, document: OpenApiDocument): Express {
  const check = checks.get(document) ?? new DocumentCheck(document)
  checks.set(document, check)
  const checked = express()
  checked.disable('x-powered-by')
  checked.use((request, response, next) => {
    const [path = ''] = request.originalUrl.split('?')
    if (!path.startsWith('/api/v1/')) return next()
    // What is compressed can't be read here.
    delete request.headers['accept-encoding']
    const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase()
    holdAgainst(response, (sent) =>
      check.complaint({
        ...sent,
        method,
        path: path.slice('/api/v1'.length),
        bodiless: request.method === 'HEAD',
      }),
    )
    next()
  })
  checked.use(app)
  return checked
}

interface Sent {
  readonly status: number
  readonly type: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** Gathers what is written and looks at it before any of it leaves. A stream, which never ends, is let through. */
function holdAgainst(response: Response, complaintAbout: (sent: Sent) => string | null): void {
  const chunks: Buffer[] = []
  const write = response.write.bind(response) as (chunk: unknown) => boolean
  const end = response.end.bind(response) as (chunk?: unknown) => Response
  const keep = (chunk: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string))
  }
  response.write = ((chunk: unknown) => {
    if (response.headersSent) return write(chunk)
    keep(chunk)
    return true
  }) as typeof response.write
  response.end = ((chunk?: unknown) => {
    if (response.headersSent) return end(chunk)
    keep(chunk)
    const body = Buffer.concat(chunks)
    const complaint = complaintAbout({
      status: response.statusCode,
      type: String(response.getHeader('content-type') ?? ''),
      headers: response.getHeaders(),
      body: body.toString(),
    })
    if (complaint === null) return end(body)
    response.statusCode = notAsDocumented
    response.setHeader('content-type', 'text/plain; charset=utf-8')
    response.removeHeader('content-length')
    return end(`The answer is not as the document says. ${complaint}\n${body.toString()}`)
  }) as typeof response.end
}

interface Asked extends Sent {
  readonly method: string
  readonly path: string
  readonly bodiless: boolean
}

class DocumentCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true })
  private readonly compiled = new Map<unknown, ValidateFunction>()
  private readonly paths: readonly {
    readonly pattern: RegExp
    readonly operations: Readonly<Record<string, OperationObject>>
  }[]

  constructor(private readonly document: OpenApiDocument) {
    addFormats.default(this.ajv)
    this.ajv.addSchema({ $id: 'document', components: { schemas: closed(document.components.schemas) } })
    // Written paths go before those with a name in them, as in the router.
    this.paths = Object.entries(document.paths)
      .sort(([a], [b]) => a.split('{').length - b.split('{').length)
      .map(([path, operations]) => ({
        pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`),
        operations,
      }))
  }

  complaint(asked: Asked): string | null {
    const response = this.responseOf(asked)
    if (typeof response === 'string') return response
    if (asked.bodiless) return null
    const type = asked.type.split(';')[0] ?? ''
    const content = response.content?.[type]
    if (!content)
      return `It has no ${type || 'body without a kind'} for ${asked.method} ${asked.path} ${asked.status}.`
    if (!type.endsWith('json')) return null
    const validate = this.validator(content.schema)
    return validate(JSON.parse(asked.body)) ? null : this.ajv.errorsText(validate.errors)
  }

  /** What the document has for an answer; a sentence where it has nothing. */
  private responseOf({ method, path, status, headers }: Asked): ResponseObject | string {
    const { responses } = this.document.components
    const place = this.paths.find(({ pattern }) => pattern.test(path))
    const operation = place?.operations[method]
    if (!operation) {
      // Who it is, and what it may ask, is looked at before the address is.
      const expected = place ? 405 : 404
      if (status !== expected && ![400, 401, 403].includes(status))
        return `${method} ${path} is not in it, so that ${expected} was expected and not ${status}.`
      if (status === 405 && !headers.allow) return 'A 405 says in Allow what is taken.'
      return responses[`Problem${status}`]!
    }
    const response = operation.responses[status]
    if (!response) return `${operation.operationId} has no ${status} in it.`
    return '$ref' in response ? responses[response.$ref.split('/').at(-1) ?? '']! : response
  }

  private validator(schema: object): ValidateFunction {
    const known = this.compiled.get(schema)
    if (known) return known
    const text = JSON.stringify(closed(schema)).replaceAll('"#/components/', '"document#/components/')
    const validate = this.ajv.compile(JSON.parse(text) as object)
    this.compiled.set(schema, validate)
    return validate
  }
}

/** The same schema with objects that hold nothing but what it names: clients let more pass, tests do not. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  const open =
    'properties' in inside && typeof inside.properties === 'object' && !('additionalProperties' in inside)
  return open && inside.type === 'object' ? { ...inside, additionalProperties: false } : inside
}

const checks = new WeakMap<OpenApiDocument, DocumentCheck>()
