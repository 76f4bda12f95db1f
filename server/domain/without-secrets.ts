import { contentHash } from './content-hash.js'

const sounding =
  '[A-Za-z0-9_.-]*(?:password|passwd|secret|token|api_?key|access_?key|private_?key|credential)[A-Za-z0-9_.-]*'
const assignment = new RegExp(
  `(\\b${sounding}["']?\\s*[=:]\\s*)("(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s"']+)`,
  'gi',
)
const inAddress = /(\/\/[^/\s:@]+:)([^@\s/]+)(@)/g
const named = new RegExp(`^${sounding}$`, 'i')

/**
 * A text with the values of what sounds like a secret hidden, the same value always by the same mark: that it changed can be
 * seen. User data should hold no secret; this is for the one that does.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(assignment, (_all, name: string, value: string) => `${name}${hidden(value)}`)
    .replace(
      inAddress,
      (_all, before: string, value: string, after: string) => `${before}${hidden(value)}${after}`,
    )
}

/** The value of a variable, hidden where its name sounds like a secret. */
export function shownValue(name: string, value: string): string {
  return named.test(name) ? hidden(value) : withoutSecrets(value)
}

function hidden(value: string): string {
  return `(hidden, ${contentHash(value).slice(0, 4)})`
}
