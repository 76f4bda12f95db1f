import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the programs inside an instance may ask of the cloud. Everything they send is a stranger's. */
export interface RequestHandlers {
  /** Returns why the tag is refused, or undefined when it is set. */
  tag(key: string, value: string): string | undefined
  console(): Buffer
}

const ANSWER_KEPT_MS = 30_000
const MOST_LINE = 4096

/** Reads `verb nonce …` lines and answers each as a file of that nonce among the instance's metadata. */
export class Requests {
  private pending = ''

  constructor(
    private readonly metadataFolder: string,
    private readonly handlers: RequestHandlers,
  ) {}

  receive(chunk: Buffer): void {
    const lines = (this.pending + chunk.toString('latin1')).split('\n')
    this.pending = (lines.pop() ?? '').slice(-MOST_LINE)
    for (const line of lines) this.carryOut(line)
  }

  private carryOut(line: string): void {
    const [verb, nonce = '', ...words] = line.split(' ')
    if (!/^[\w-]{1,80}$/.test(nonce)) return
    if (verb === 'console') this.answer(nonce, this.handlers.console())
    if (verb !== 'tag') return
    const [key = '', value = ''] = words.map((word) => Buffer.from(word, 'base64').toString('utf8'))
    const refused = this.handlers.tag(key, value)
    this.answer(nonce, Buffer.from(refused === undefined ? 'ok\n' : `refused ${refused}\n`))
  }

  private answer(nonce: string, content: Buffer): void {
    const folder = join(this.metadataFolder, 'answers')
    const file = join(folder, nonce)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      writeFileSync(file, content, { mode: 0o644 })
      setTimeout(() => rmSync(file, { force: true }), ANSWER_KEPT_MS).unref()
    } catch {
      // The instance was terminated while it asked.
    }
  }
}
