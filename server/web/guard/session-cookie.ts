/**
 * The name of the session's cookie. Browsers keep cookies by host and ignore the port, so that two consoles on one host
 * would sign each other out under one name.
 */
export function sessionCookieName(publicUrl: string): string {
  const { port, protocol } = new URL(publicUrl)
  return `delling-${port || (protocol === 'https:' ? '443' : '80')}`
}
