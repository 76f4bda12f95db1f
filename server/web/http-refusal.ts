import { Refusal } from '../domain/refusal.js'
import type { ProblemName } from './problem-kinds.js'

/** A refusal of the request itself, such as its method or its size, that only HTTP has a status for. */
export class HttpRefusal extends Refusal {
  constructor(
    readonly problem: ProblemName,
    code: string,
    sentence: string,
    /** Headers that go with the answer. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, sentence, 'invalid')
    this.name = 'HttpRefusal'
  }
}
