/** What a builder said about its own work. */
export type BakeResult =
  | { readonly outcome: 'ok'; readonly sha256: string; readonly by: 'tag' | 'console' }
  | {
      readonly outcome: 'failed'
      readonly step: string
      readonly status: string
      readonly by: 'tag' | 'console'
    }

/**
 * The report of a builder: its `delling:bake-result` tag, else the last `BAKE-RESULT` line for this bake on its console.
 * Null when neither says anything; the tag wins because only the builder's own role may set it.
 */
export function bakeResult(bakeId: string, tag: string | null, consoleText: string): BakeResult | null {
  return parsed(tag, 'tag') ?? parsed(sentinel(bakeId, consoleText), 'console')
}

function sentinel(bakeId: string, consoleText: string): string | null {
  const mark = `BAKE-RESULT ${bakeId} `
  const at = consoleText.lastIndexOf(mark)
  return at < 0 ? null : (/^\S+/.exec(consoleText.slice(at + mark.length))?.[0] ?? null)
}

function parsed(text: string | null, by: 'tag' | 'console'): BakeResult | null {
  const ok = /^ok:([0-9a-f]{64})$/.exec(text ?? '')
  if (ok) return { outcome: 'ok', sha256: ok[1] ?? '', by }
  const failed = /^failed:([a-z-]+):(\d+)$/.exec(text ?? '')
  return failed ? { outcome: 'failed', step: failed[1] ?? '', status: failed[2] ?? '', by } : null
}

const stepSentences: Readonly<Record<string, string>> = {
  start: 'The builder could not begin.',
  fetch: 'The package could not be fetched, or it is not the file that was meant.',
  open: 'The package could not be opened, or is unsafe to unpack.',
  unpack: 'The package could not be installed.',
  runtime: 'The application’s runtime could not be installed.',
  dependencies: 'The application’s dependencies could not be installed.',
  service: 'No way to start the application was found.',
  verify: 'The application would not start.',
  packages: 'What is installed could not be listed.',
  clean: 'The builder could not be cleaned.',
}

/** Why a bake failed, from the step that ended it and the last sentence that its log says about it. */
export function failureSentence(step: string, log: string): string {
  const said = [...log.matchAll(/FAILED: (.+)/g)].at(-1)?.[1]?.trim()
  const general = stepSentences[step] ?? `The bake failed in the step “${step}”.`
  return said ? `${general} The builder said: ${said}` : general
}
