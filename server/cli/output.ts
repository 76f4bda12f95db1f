import type { CommandFailure } from './exits.js'
import { fieldWords } from './field-words.js'

/** The two streams, handed in so that tests can hold them. */
export interface Streams {
  out(text: string): void
  err(text: string): void
  /** Whether stderr is a terminal: progress may then rewrite its line. */
  readonly errIsTerminal: boolean
  /** How many columns that terminal has; undefined where it is none. */
  readonly errColumns?: number | undefined
}

/** What a command says: results on stdout, everything on the way there on stderr. */
export class Output {
  private drawn: readonly string[] = []

  constructor(
    private readonly streams: Streams,
    readonly json: boolean,
  ) {}

  /** The command's one result: the document with `--json`, else the text for people. */
  result(document: unknown, text: string | readonly string[]): void {
    this.streams.out(this.json ? `${JSON.stringify(document, null, 2)}\n` : `${asText(text)}\n`)
  }

  note(sentence: string): void {
    this.streams.err(`${sentence}\n`)
  }

  /** A line that the next one replaces on a terminal; elsewhere it is not printed. */
  fleeting(line: string): void {
    if (this.streams.errIsTerminal) this.streams.err(`\r\u001b[2K${line}`)
  }

  endFleeting(): void {
    if (this.streams.errIsTerminal) this.streams.err('\r\u001b[2K')
  }

  /** Lines in place of those drawn before on a terminal; elsewhere they are printed as a result where they differ from those. */
  redraw(lines: readonly string[]): void {
    const { errIsTerminal, errColumns = 80 } = this.streams
    if (!errIsTerminal) {
      if (lines.join('\n') !== this.drawn.join('\n')) this.streams.out(`${lines.join('\n')}\n\n`)
    } else {
      const up = this.drawn.length > 0 ? `\u001b[${this.drawn.length}A` : ''
      // A line that wraps would take two rows, and the next drawing would begin too low.
      const cut = lines.map((line) => (line.length < errColumns ? line : `${line.slice(0, errColumns - 2)}…`))
      this.streams.err(`${up}\r\u001b[J${cut.join('\n')}\n`)
    }
    this.drawn = lines
  }

  failure(failure: CommandFailure): void {
    const { faults = [], ways = [] } = failure.details
    this.note(failure.message)
    for (const { field, sentence } of faults) {
      if (!failure.message.includes(sentence)) this.note(`  ${fieldWords(field)}: ${sentence}`)
    }
    for (const { label, command, href } of ways) {
      const way = command ?? href
      this.note(way === undefined ? `  - ${label}` : `  - ${label}: ${way}`)
    }
    if (!this.json) return
    const error = { code: failure.code, detail: failure.message, ways, ...(faults.length > 0 && { faults }) }
    this.streams.out(`${JSON.stringify({ error }, null, 2)}\n`)
  }
}

const asText = (text: string | readonly string[]) => (typeof text === 'string' ? text : text.join('\n'))
