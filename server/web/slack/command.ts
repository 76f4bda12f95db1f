/** What somebody typed after the slash command. */
export type Command =
  | { readonly verb: 'help' }
  | { readonly verb: 'status' | 'history'; readonly cluster: string | null }
  | { readonly verb: 'rollback'; readonly cluster: string; readonly code: string | null }
  | { readonly verb: 'hold'; readonly cluster: string; readonly reason: string }
  | { readonly verb: 'unknown'; readonly said: string }

/** Slack's form of a slash command, as much of it as is used. */
export interface SlashCommand {
  readonly user: string
  /** As it is called in this workspace: `/delling`. */
  readonly name: string
  readonly text: string
  readonly responseUrl: string
}

export function slashCommandOf(body: Buffer): SlashCommand {
  const form = new URLSearchParams(body.toString('utf8'))
  return {
    user: form.get('user_id') ?? '',
    name: /^\/[\w-]+$/.exec(form.get('command') ?? '')?.[0] ?? '/delling',
    text: form.get('text') ?? '',
    responseUrl: form.get('response_url') ?? '',
  }
}

/** Reads a command; anything else than what is known asks for help and does nothing. */
export function commandOf(text: string): Command {
  const [said = 'help', cluster, word, code, ...more] = text.trim().split(/\s+/).filter(Boolean)
  const verb = said.toLowerCase()
  const unknown = { verb: 'unknown', said: text.trim().slice(0, 80) } as const
  if (verb === 'help') return { verb }
  if (verb === 'status' || verb === 'history')
    return word === undefined ? { verb, cluster: cluster ?? null } : unknown
  if (verb === 'hold') {
    const reason = text.trim().split(/\s+/).slice(2).join(' ')
    return cluster !== undefined && reason !== '' ? { verb, cluster, reason } : unknown
  }
  if (verb !== 'rollback' || cluster === undefined || more.length > 0) return unknown
  if (word === undefined) return { verb, cluster, code: null }
  return word === 'confirm' && code !== undefined ? { verb, cluster, code: code.toLowerCase() } : unknown
}
