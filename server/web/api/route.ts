import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Media } from './media.js'
import type { ProblemName } from '../problem-kinds.js'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** What answers with one status: a JSON body by its schema, or a body of another kind. */
export type AnswerShape = z.ZodType | Media
export type Shape = Readonly<Record<string, z.ZodType>>

/** A route said once: its place in the document and its checks both come from this. */
export interface RouteDescription<
  Params extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends z.ZodType = z.ZodType,
  Answers extends Readonly<Record<number, AnswerShape>> = Readonly<Record<number, AnswerShape>>,
> {
  /** The `operationId`, which generated clients name their functions by: it never changes. */
  readonly id: string
  /** A few words, the heading in the reference. */
  readonly summary: string
  /** What else is worth knowing, in sentences. */
  readonly description?: string
  /** One schema for each `:name` of the path. */
  readonly params?: Params
  /** Parameters after the `?`; any other is refused. */
  readonly query?: Query
  /** Headers that it reads, beside those of every route; for the document only. */
  readonly headers?: Readonly<Record<string, string>>
  /** The JSON body; one that is not described takes none. */
  readonly body?: Body
  /** Bodies that are no JSON, by their media type: the handler reads the request itself. */
  readonly upload?: Readonly<Record<string, string>>
  /** Answers of success, by status. */
  readonly answers: Answers
  /** Problems that it has beside those that follow from its method and its path. */
  readonly problems?: readonly ProblemName[]
}

/** A route with its method, path and subject, as the document is made from it. */
export interface DeclaredRoute extends RouteDescription {
  readonly method: Method
  /** As Express has it: `/clusters/:name`. */
  readonly path: string
  readonly tag: string
  /** Answered without sign-in. */
  readonly open: boolean
}

/** What a handler is given: everything checked, and the request for who sent it. */
export interface Asked<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly request: Request
  readonly response: Response
}

/** What a handler gives back: a status that it described, with a body of that schema. */
export type Reply<Answers> = {
  [Status in keyof Answers]: Answers[Status] extends z.ZodType
    ? { readonly status: Status; readonly body: z.output<Answers[Status]> }
    : { readonly status: Status; readonly sent: true }
}[keyof Answers]

/** The names in a path: `/groups/:name/instances/:id` has `name` and `id`. */
export type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** An answer with a JSON body. */
export function reply<Status extends number, Body>(status: Status, body: Body) {
  return { status, body } as const
}

/** The handler has written to the response by itself. */
export function sent<Status extends number>(status: Status) {
  return { status, sent: true } as const
}
