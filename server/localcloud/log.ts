/** One JSON line on stderr. Never pass secrets or user data. */
export function log(message: string, details: object = {}): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), message, ...details })}\n`)
}
