import { problemKinds, type ProblemName } from '../problem-kinds.js'
import { problem } from './answers/problem.js'
import { SchemaCollection, type JsonSchema } from './json-schema.js'
import { Media } from './media.js'
import type { DeclaredRoute } from './route.js'

/** As much of an OpenAPI 3.1 document as we write. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: Readonly<Record<string, unknown>> & { readonly title: string; readonly version: string }
  readonly servers: readonly { readonly url: string }[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, ResponseObject>>
    readonly parameters: Readonly<Record<string, ParameterObject>>
    readonly securitySchemes: Readonly<Record<string, object>>
  }
}

export interface OperationObject {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security?: readonly []
  readonly parameters?: readonly (ParameterObject | Reference)[]
  readonly requestBody?: {
    readonly required: boolean
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
  }
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>
}

export interface ParameterObject {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

export interface ResponseObject {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>
}

export interface Reference {
  readonly $ref: string
}

const about = `Everything that the console can do. A request carries a token as \`Authorization: Bearer …\`.

**Long operations** answer 202 with an id at once; ask for it, or follow \`/events\`, until \`ended\` is true.

**Once.** A request that changes something may carry an \`Idempotency-Key\` of your choice. For 24 hours the same key with the same request from the same person is answered as it was the first time, with \`Idempotent-Replay: true\`, and nothing is done again. The same key with another request is refused (422), as is the same request while the first is being worked on, or when its end is not known (409).

**Problems** are \`application/problem+json\`. Tell them apart by \`type\` and \`code\`; \`detail\` is for people. The method of an address that does not take it is answered with 405 and \`Allow\`.

**Lists** come in pages of \`limit\`. Follow \`next\` until it is null. What is added meanwhile does not shift a page.

Answers may get more fields within v1, and words marked as extensible may get more of them; nothing is taken away.`

const always: readonly ProblemName[] = [
  'misdirected',
  'invalid',
  'notSignedIn',
  'forbidden',
  'tooMany',
  'fault',
  'awsRefused',
  'databaseAway',
]
const ofThings: readonly ProblemName[] = ['notFound', 'conflict']
const ofChanges: readonly ProblemName[] = ['tooLarge', 'unsupportedMediaType', 'keyReused']

/** Describes routes as an OpenAPI 3.1 document, from the schemas by which they are checked. */
export function openApiDocument(routes: readonly DeclaredRoute[], version: string): OpenApiDocument {
  const schemas = new SchemaCollection()
  const problemSchema = schemas.output(problem)
  const paths: Record<string, Record<string, OperationObject>> = {}
  for (const route of routes) {
    const path = templated(route.path)
    paths[path] = { ...paths[path], [route.method]: operationOf(route, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Delling',
      version,
      summary: 'Blue/green deployments of immutable machine images on AWS.',
      description: about,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(schemas.named),
      responses: problemResponses(problemSchema),
      parameters: { IdempotencyKey: idempotencyKey },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  }
}

/** `/clusters/:name` as the document writes it: `/clusters/{name}`. */
function templated(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

function operationOf(route: DeclaredRoute, schemas: SchemaCollection): OperationObject {
  const { id, summary, description, tag, open } = route
  const parameters = parametersOf(route, schemas)
  const requestBody = requestBodyOf(route, schemas)
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    tags: [tag],
    ...(open && { security: [] as const }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: {
      ...answersOf(route, schemas),
      ...Object.fromEntries(
        problemsOf(route).map(([status, names]) => [status, { $ref: `#/components/responses/${names}` }]),
      ),
    },
  }
}

function parametersOf(route: DeclaredRoute, schemas: SchemaCollection): (ParameterObject | Reference)[] {
  const described = (place: 'path' | 'query') =>
    Object.entries((place === 'path' ? route.params : route.query) ?? {}).map(
      ([name, schema]): ParameterObject => {
        const { description, ...rest } = schemas.input(schema)
        return {
          name,
          in: place,
          required: place === 'path',
          ...(typeof description === 'string' && { description }),
          schema: rest,
        }
      },
    )
  const headers = Object.entries(route.headers ?? {}).map(([name, description]): ParameterObject => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }))
  const once = route.method !== 'get' && !route.upload
  return [
    ...described('path'),
    ...described('query'),
    ...headers,
    ...(once ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
  ]
}

const idempotencyKey: ParameterObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Up to 200 characters of your choice, such as a UUID: the request is done once under it.',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
}

function requestBodyOf(route: DeclaredRoute, schemas: SchemaCollection): OperationObject['requestBody'] {
  if (route.upload)
    return {
      required: true,
      content: Object.fromEntries(
        Object.entries(route.upload).map(([type, description]) => [
          type,
          { schema: uploadSchema(type, description) },
        ]),
      ),
    }
  if (!route.body) return undefined
  const required = !route.body.safeParse({}).success
  return { required, content: { 'application/json': { schema: schemas.input(route.body) } } }
}

function uploadSchema(type: string, description: string): JsonSchema {
  return type === 'multipart/form-data'
    ? {
        type: 'object',
        description,
        properties: { file: { type: 'string', format: 'binary' } },
        required: ['file'],
      }
    : { type: 'string', format: 'binary', description }
}

function answersOf(route: DeclaredRoute, schemas: SchemaCollection): Record<string, ResponseObject> {
  const replayed = {
    'Idempotent-Replay': {
      description: 'True where this is the answer that was given before under the same key.',
      schema: { type: 'string', enum: ['true'] },
    },
  }
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, answer]): [string, ResponseObject] =>
      answer instanceof Media
        ? [
            status,
            {
              description: answer.description,
              content: { [answer.contentType]: { schema: { type: 'string' } } },
            },
          ]
        : [
            status,
            {
              description: statusWords[status] ?? 'Done.',
              ...(route.method !== 'get' && !route.upload && { headers: replayed }),
              content: { 'application/json': { schema: schemas.output(answer) } },
            },
          ],
    ),
  )
}

const statusWords: Readonly<Record<string, string>> = {
  200: 'Done, or as it is now.',
  201: 'Made.',
  202: 'Asked for: it goes on by itself.',
}

/** Each status with the response that the document has for it. */
function problemsOf(route: DeclaredRoute): [status: string, response: string][] {
  if (route.open)
    return [
      ['421', 'Problem421'],
      ['500', 'Problem500'],
    ]
  const things = route.method !== 'get' || route.path.includes(':')
  const names = [
    ...always,
    ...(things ? ofThings : []),
    ...(route.method === 'get' ? [] : ofChanges),
    ...(route.problems ?? []),
  ]
  const statuses = new Set(names.map((name) => String(problemKinds[name].status)))
  return [...statuses].map((status) => [status, `Problem${status}`])
}

/** One response for each status: several kinds may share it. */
function problemResponses(schema: JsonSchema): Record<string, ResponseObject> {
  const kinds = Object.values(problemKinds)
  const statuses = [...new Set(kinds.map(({ status }) => status))]
  return Object.fromEntries(
    statuses.map((status) => {
      const these = kinds.filter((kind) => kind.status === status)
      return [
        `Problem${status}`,
        {
          description: these
            .map(({ title, meaning, type }) => `${title}: ${meaning} (\`${type}\`)`)
            .join(' '),
          ...(headersOf[status] && { headers: headersOf[status] }),
          content: { 'application/problem+json': { schema } },
        },
      ]
    }),
  )
}

const header = (name: string, description: string) => ({
  [name]: { description, schema: { type: 'string' } },
})
const headersOf: Readonly<Record<number, ResponseObject['headers']>> = {
  401: header('WWW-Authenticate', 'Bearer.'),
  405: header('Allow', 'The methods that the address takes.'),
  415: header('Accept', 'The kinds of body that the address takes.'),
  429: header('Retry-After', 'Seconds to wait.'),
  503: header('Retry-After', 'Seconds to wait.'),
}
