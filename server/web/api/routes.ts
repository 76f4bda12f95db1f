import { Router, type Request, type RequestHandler } from 'express'
import { z } from 'zod'
import { Refusal } from '../../domain/refusal.js'
import { HttpRefusal } from '../http-refusal.js'
import { parse } from '../inputs/parse.js'
import type {
  AnswerShape,
  Asked,
  DeclaredRoute,
  Method,
  NamesIn,
  Reply,
  RouteDescription,
  Shape,
} from './route.js'

type Outputs<Shapes extends Shape> = { [Name in keyof Shapes]: z.output<Shapes[Name]> }
type ParamsOf<Path extends string> = Readonly<Record<NamesIn<Path>, z.ZodType>>

/**
 * The routes of one subject. Each is described and handled by one call, from which its Express route, its checks and its
 * place in the document come.
 */
export class ApiRoutes {
  readonly router = Router()
  private readonly list: DeclaredRoute[] = []

  constructor(
    private readonly tag: string,
    private readonly options: { readonly open?: boolean } = {},
  ) {}

  get declared(): readonly DeclaredRoute[] {
    return this.list
  }

  get = this.declare('get')
  post = this.declare('post')
  put = this.declare('put')
  patch = this.declare('patch')
  delete = this.declare('delete')

  private declare(method: Method) {
    return <
      Path extends string,
      Params extends ParamsOf<Path>,
      Query extends Shape = Record<never, never>,
      Body extends z.ZodType = z.ZodUndefined,
      Answers extends Readonly<Record<number, AnswerShape>> = Record<never, never>,
    >(
      path: Path,
      description: RouteDescription<Params, Query, Body, Answers>,
      handle: (
        asked: Asked<Outputs<Params>, Outputs<Query>, z.output<Body>>,
      ) => Promise<Reply<Answers>> | Reply<Answers>,
    ): void => {
      const route: DeclaredRoute = {
        ...(description as unknown as RouteDescription),
        method,
        path,
        tag: this.tag,
        open: this.options.open ?? false,
      }
      this.list.push(route)
      this.router[method](path, handler(route, handle as unknown as Handle))
    }
  }
}

type Handle = (
  asked: Asked<unknown, unknown, unknown>,
) => Promise<{ status: number; body?: unknown; sent?: true }>

function handler(route: DeclaredRoute, handle: Handle): RequestHandler {
  const params = z.object(route.params ?? {})
  const query = z.strictObject(route.query ?? {})
  return async (request, response) => {
    const asked = {
      params: parse(params, request.params),
      query: parse(query, writtenQuery(request)),
      body: bodyOf(route, request),
      request,
      response,
    }
    const answer = await handle(asked)
    if (!answer.sent) response.status(answer.status).json(answer.body)
  }
}

/** What is written behind the `?`; a blank parameter is none, and one that is there twice is refused. */
function writtenQuery(request: Request): Record<string, unknown> {
  const written = Object.entries(request.query)
  const twice = written.filter(([, value]) => typeof value !== 'string').map(([name]) => name)
  if (twice.length > 0)
    throw new Refusal(
      'Invalid',
      `Give each parameter once, as text: ${twice.join(', ')}. Nothing was changed.`,
      'invalid',
      { faults: twice.map((field) => ({ field, sentence: 'Give it once, as text.' })) },
    )
  return Object.fromEntries(written.filter(([, value]) => typeof value === 'string' && value.trim() !== ''))
}

/** The checked body; undefined where none is described. A body of a kind that is not read is refused, never ignored. */
function bodyOf(route: DeclaredRoute, request: Request): unknown {
  const taken = route.upload ? Object.keys(route.upload) : ['application/json']
  const type = request.headers['content-type']
  // A file that is sent without its kind is a file.
  const unsaid = type === undefined && route.upload !== undefined
  if (hasBody(request) && !unsaid && !request.is(taken))
    throw new HttpRefusal(
      'unsupportedMediaType',
      'UnsupportedMediaType',
      `This takes a body as ${taken.join(' or ')}, not ${type ? `as ${type}` : 'without a Content-Type'}. Nothing was changed.`,
      { Accept: taken.join(', ') },
    )
  return route.upload ? undefined : parse(route.body ?? noBody, request.body)
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

const noBody = z.strictObject({})
