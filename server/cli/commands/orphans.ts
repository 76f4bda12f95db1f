import type { Command } from 'commander'
import { exits } from '../exits.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

interface OrphansDocument {
  readonly at: string
  readonly unread: string | null
  readonly orphans: readonly {
    readonly kind: string
    readonly id: string
    readonly name: string
    readonly since: string | null
    readonly fate: string
    readonly why: string
  }[]
}

interface RemovedDocument {
  readonly ends: readonly { readonly id: string; readonly removed: boolean; readonly sentence: string }[]
}

const fates: Readonly<Record<string, string>> = {
  goes: 'goes by itself',
  waits: 'goes later',
  asked: 'you decide',
  told: 'left alone',
}

/** What of the account carries our mark and no record accounts for. */
export function orphanVerbs(program: Command, face: Face): void {
  const orphans = verb(
    program,
    face,
    'orphans',
    'what carries Delling’s mark in the account and no record accounts for',
    async ({ api, output }) => {
      const document = await api.get<OrphansDocument>('/orphans')
      const rows = document.orphans.map(({ kind, id, name, since, fate, why }) => [
        kind,
        id,
        name === id ? null : name,
        since && shortTime(since),
        fates[fate] ?? fate,
        why,
      ])
      output.result(document, [
        ...(rows.length > 0
          ? table(['what', 'id', 'name', 'since', 'becomes', 'why'], rows)
          : ['Nothing in the account is an orphan.']),
        ...(document.unread ? [`Load balancers could not be looked at: ${document.unread}`] : []),
      ])
    },
  )
  verb(
    orphans,
    face,
    'remove <id...>',
    'remove some of them, after another look; exit code 1 where one stays',
    async ({ api, output, flags, args }) => {
      const done = await api.post<RemovedDocument>('/orphans/remove', {
        ids: args,
        reason: flags.reason,
        ...(flags.override !== undefined && { override: flags.override }),
      })
      output.result(
        done,
        done.ends.map(({ sentence }) => sentence),
      )
      return done.ends.every(({ removed }) => removed) ? exits.done : exits.failed
    },
  )
    .requiredOption('--reason <text>', 'why; shown in the deploy log')
    .option('--override <reason>', 'why it can’t wait for the end of a hold')
}
