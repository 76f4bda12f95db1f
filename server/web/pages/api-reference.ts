import type { OpenApiDocument, OperationObject, ParameterObject } from '../api/document.js'
import { problemKinds, type ProblemKind } from '../problem-kinds.js'
import { fieldRows, typeWords, type FieldRow, type Piece } from './api-schema.js'
import { say, strong, type Head } from './head.js'
import { worded, type Worded } from './worded.js'

interface Answer {
  readonly status: string
  readonly about: string
  readonly type: readonly Piece[]
}

interface ReferenceOperation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly summary: readonly Worded[]
  readonly description: readonly Worded[] | null
  readonly parameters: readonly (FieldRow & { readonly where: string })[]
  readonly kinds: readonly string[]
  readonly fields: readonly FieldRow[]
  readonly once: boolean
  readonly answers: readonly Answer[]
  readonly refusals: string
}

export interface ApiReferencePage extends Head {
  readonly about: readonly (readonly Worded[])[]
  readonly subjects: readonly {
    readonly anchor: string
    readonly name: string
    readonly operations: readonly ReferenceOperation[]
  }[]
  readonly problems: readonly (ProblemKind & { readonly words: readonly Worded[] })[]
  readonly schemas: readonly {
    readonly name: string
    readonly about: string
    readonly fields: readonly FieldRow[]
  }[]
}

/** The reference: the document as a page, and nothing that the document does not have. */
export function apiReferencePage(document: OpenApiDocument): ApiReferencePage {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return {
    title: 'API',
    heading: 'API',
    crumbs: [],
    sentence: say(
      strong(`${operations.length} operations`),
      ' below /api/v1 do everything that the console can do.',
    ),
    acts: [{ label: 'OpenAPI 3.1 document', href: '/api/v1/openapi.json', act: true }],
    liveMs: 0,
    about: String(document.info.description).split('\n\n').map(worded),
    subjects: document.tags.map(({ name }) => ({
      anchor: name.toLowerCase().replace(/\W+/g, '-'),
      name,
      operations: operations
        .filter(({ operation }) => operation.tags.includes(name))
        .map(({ path, method, operation }) => shown(document, path, method, operation)),
    })),
    problems: Object.values(problemKinds).map((kind: ProblemKind) => ({
      ...kind,
      words: worded(kind.meaning),
    })),
    schemas: Object.entries(document.components.schemas)
      .map(([name, schema]) => ({
        name,
        about: typeof schema.description === 'string' ? schema.description : '',
        fields: fieldRows(schema),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

function shown(
  document: OpenApiDocument,
  path: string,
  method: string,
  operation: OperationObject,
): ReferenceOperation {
  const own = (operation.parameters ?? []).filter((each): each is ParameterObject => 'name' in each)
  const content = operation.requestBody?.content ?? {}
  const body = content['application/json']?.schema
  const responses = Object.entries(operation.responses)
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path: `${document.servers[0]?.url ?? ''}${path}`,
    summary: worded(operation.summary),
    description: operation.description ? worded(operation.description) : null,
    parameters: own.map(({ name, in: where, required, description = '', schema }) => ({
      name,
      where,
      required,
      type: typeWords(schema),
      about: worded(description),
    })),
    kinds: Object.keys(content).filter((kind) => kind !== 'application/json'),
    fields: body ? fieldRows(body) : [],
    once: own.length < (operation.parameters ?? []).length,
    answers: responses.flatMap(([status, response]) =>
      '$ref' in response
        ? []
        : Object.entries(response.content ?? {}).map(([kind, { schema }]) => ({
            status,
            about: response.description,
            type:
              kind === 'application/json' && schema.type !== 'string'
                ? answerWords(schema)
                : [{ text: kind, mono: true }],
          })),
    ),
    refusals: responses.flatMap(([status, response]) => ('$ref' in response ? [status] : [])).join(', '),
  }
}

/** A named schema by its name, another by its fields, each with what it is. */
function answerWords(schema: Parameters<typeof typeWords>[0]): readonly Piece[] {
  const fields = fieldRows(schema).filter(({ name }) => !/[.[]/.test(name))
  if (typeof schema.$ref === 'string' || fields.length === 0) return typeWords(schema)
  return fields.flatMap(({ name, type }, index) => [
    { text: index === 0 ? '' : '; ' },
    { text: name, mono: true },
    { text: ': ' },
    ...type,
  ])
}
