import { z } from 'zod'
import { readConsoleFile } from '../../config/console-file.js'

const replySchema = z.object({ url: z.url() })

/**
 * Asks the running console for a one-time sign-in link. `url` is where it answers on this machine: the address that it
 * wrote down is the public one, which may be a proxy's. Throws a sentence when it gives none.
 */
export async function signInLink(home: string, url: string): Promise<string> {
  const console = readConsoleFile(home)
  if (console === undefined)
    throw new Error(`The console left no address in ${home}: stop Delling and start it again.`)
  const reply = await fetch(new URL('/api/v1/sign-in-links', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${console.token}`, 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(10_000),
  })
  if (!reply.ok)
    throw new Error(`The console gave no sign-in link (HTTP ${reply.status}). Try: npx delling login`)
  return replySchema.parse(await reply.json()).url
}
