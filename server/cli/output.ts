import type { CommandFailure } from './exits.js'

/** The two streams, handed in so that tests can hold them. */
export interface Streams {
  out(text: string): void
  err(text: string): void
  /** Whether stderr is a terminal: progress may then rewrite its line. */
  readonly errIsTerminal: boolean
}

/** What a command says: results on stdout, everything on the way there on stderr. */
export class Output {
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

  failure(failure: CommandFailure): void {
    const { faults = [], ways = [] } = failure.details
    this.note(failure.message)
    for (const { field, sentence } of faults) {
      if (!failure.message.includes(sentence)) this.note(`  ${field}: ${sentence}`)
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
