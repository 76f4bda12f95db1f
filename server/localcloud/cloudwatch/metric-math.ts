import { AwsFault } from '../fault.js'

/** Seconds since the epoch → value. */
export type Points = ReadonlyMap<number, number>
type Value = number | Points | Points[]

interface Scope {
  /** The result of another query. */
  points(id: string): Points
  /** All metric queries, for METRICS(). */
  all(): Points[]
  /** Every period of the asked time, for FILL. */
  readonly periods: readonly number[]
}

/** Evaluates a metric math expression: ids, numbers, + - * /, parentheses, lists, FILL SUM AVG MIN MAX METRICS. */
export function evaluate(expression: string, scope: Scope): Points {
  const parser = new Parser(tokens(expression), scope)
  const value = parser.sum()
  parser.end()
  if (Array.isArray(value)) throw invalid('The expression must give one time series')
  if (typeof value === 'number') return new Map(scope.periods.map((at) => [at, value]))
  return value
}

class Parser {
  private at = 0

  constructor(
    private readonly tokens: readonly string[],
    private readonly scope: Scope,
  ) {}

  end(): void {
    if (this.at < this.tokens.length) throw invalid(`Unexpected '${this.tokens[this.at]}'`)
  }

  sum(): Value {
    let left = this.product()
    for (let sign = this.peek(); sign === '+' || sign === '-'; sign = this.peek()) {
      this.at++
      left = combine(left, this.product(), sign === '+' ? (a, b) => a + b : (a, b) => a - b)
    }
    return left
  }

  private product(): Value {
    let left = this.factor()
    for (let sign = this.peek(); sign === '*' || sign === '/'; sign = this.peek()) {
      this.at++
      // A point divided by zero is left out, as CloudWatch leaves it out.
      left = combine(
        left,
        this.factor(),
        sign === '*' ? (a, b) => a * b : (a, b) => (b === 0 ? undefined : a / b),
      )
    }
    return left
  }

  private factor(): Value {
    const token = this.take()
    if (token === '-') return combine(0, this.factor(), (a, b) => a - b)
    if (token === '(') return this.closed(this.sum(), ')')
    if (token === '[') return this.list()
    if (/^[\d.]/.test(token)) return Number(token)
    if (this.peek() === '(') return this.call(token.toUpperCase())
    if (/^[a-z]\w*$/.test(token)) return this.scope.points(token)
    throw invalid(`Unexpected '${token}'`)
  }

  private list(): Points[] {
    const members: Points[] = []
    do {
      const value = this.sum()
      if (value instanceof Map) members.push(value)
      else throw invalid('A list may hold only time series')
    } while (this.skip(','))
    this.expect(']')
    return members
  }

  private call(name: string): Value {
    this.expect('(')
    if (name === 'METRICS') return this.closed(this.scope.all(), ')')
    const first = this.sum()
    if (name === 'FILL') {
      this.expect(',')
      const fill = this.take()
      const how = fill === '-' ? `-${this.take()}` : fill
      return this.closed(filled(series(first), how, this.scope.periods), ')')
    }
    const reduce = reducers[name]
    if (!reduce) throw invalid(`The function ${name} is not supported by the local cloud`)
    return this.closed(across(Array.isArray(first) ? first : [series(first)], reduce), ')')
  }

  private closed(value: Value, bracket: string): Value {
    this.expect(bracket)
    return value
  }

  private peek(): string | undefined {
    return this.tokens[this.at]
  }

  private take(): string {
    const token = this.tokens[this.at++]
    if (token === undefined) throw invalid('The expression ends too early')
    return token
  }

  private skip(token: string): boolean {
    if (this.peek() !== token) return false
    this.at++
    return true
  }

  private expect(token: string): void {
    if (!this.skip(token)) throw invalid(`'${token}' is missing`)
  }
}

const reducers: Record<string, (values: readonly number[]) => number> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
}

function across(list: readonly Points[], reduce: (values: readonly number[]) => number): Points {
  const at = new Set(list.flatMap((points) => [...points.keys()]))
  const values = (second: number) => list.flatMap((points) => points.get(second) ?? [])
  return new Map([...at].sort((a, b) => a - b).map((second) => [second, reduce(values(second))]))
}

function filled(points: Points, how: string, periods: readonly number[]): Points {
  if (how.toUpperCase() === 'LINEAR') throw invalid('FILL with LINEAR is not supported by the local cloud')
  let last: number | undefined
  const result = new Map<number, number>()
  for (const second of periods) {
    const own = points.get(second)
    last = own ?? last
    const value = own ?? (how.toUpperCase() === 'REPEAT' ? last : Number(how))
    if (value !== undefined) result.set(second, value)
  }
  return result
}

function combine(left: Value, right: Value, operate: (a: number, b: number) => number | undefined): Value {
  if (Array.isArray(left) || Array.isArray(right)) throw invalid('Lists cannot be calculated with')
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right) ?? 0
  const seconds = typeof left === 'number' ? series(right).keys() : left.keys()
  const result = new Map<number, number>()
  for (const second of seconds) {
    const a = typeof left === 'number' ? left : left.get(second)
    const b = typeof right === 'number' ? right : right.get(second)
    const value = a === undefined || b === undefined ? undefined : operate(a, b)
    if (value !== undefined) result.set(second, value)
  }
  return result
}

function series(value: Value): Points {
  if (typeof value === 'number' || Array.isArray(value)) throw invalid('A time series is expected')
  return value
}

function tokens(expression: string): string[] {
  const found = expression.match(/\d+(?:\.\d+)?|\w+|[-+*/()[\],]|\S/g)
  if (!found) throw invalid('The expression is empty')
  return found
}

function invalid(reason: string): AwsFault {
  return new AwsFault('ValidationError', `Error in expression: ${reason}`)
}
