/** A sign-in link works once, within ten minutes. */
export const linkLifetimeMs = 10 * 60_000

/** The address to open. It holds the secret: print it to its owner, never log it. */
export function signInUrl(publicUrl: string, secret: string): string {
  return `${publicUrl.replace(/\/$/, '')}/sign-in/${secret}`
}
