const numerals = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

/** `three groups`, `one group`, `no groups`: numbers up to twelve as words, as a sentence wants them. */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${numerals[count] ?? String(count)} ${count === 1 ? noun : nouns}`
}

/** Names such as v013 keep their small letter. */
export function capital(text: string): string {
  if (/^(v\d{3}|i-|ami-|[a-z][\w.]*-)/.test(text)) return text
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** `40 s`, `2 min 8 s`, `3 h 5 min`, `2 days`; tenths below ten seconds. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return `${Math.round(seconds * 10) / 10} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  return `${Math.round(hours / 24)} days`
}

/** `123456789012` → `1234-5678-9012`, as AWS writes an account. */
export function accountText(account: string): string {
  return /^\d{12}$/.test(account) ? account.replace(/(\d{4})(\d{4})(\d{4})/, '$1-$2-$3') : account
}

/** A sentence of the engine, with its stop and its capital. */
export function asSentence(text: string): string {
  return withStop(capital(text.trim()))
}

/** What somebody wrote, so that another sentence can follow it. */
export function withStop(text: string): string {
  return /[.!?…”]$/.test(text) || text === '' ? text : `${text}.`
}
