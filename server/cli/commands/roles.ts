import type { Command } from 'commander'
import { given, whyOf } from '../flags.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

interface GrantDocument {
  readonly id: string
  readonly to: { readonly kind: string; readonly name: string }
  readonly role: string
  readonly application: string | null
  readonly by: string
  readonly at: string
  readonly why: string
}

/** Who may do what, for admins of all applications. */
export function roleVerbs(program: Command, face: Face): void {
  const group = program.command('roles').description('who may do what; for admins of all applications')

  verb(group, face, 'list', 'the roles that are given', async ({ api, output }) => {
    const { grants } = await api.get<{ grants: GrantDocument[] }>('/people')
    const rows = grants.map(({ id, to, role, application, by, at, why }) => {
      const configured = id.startsWith('configured:')
      return [
        configured ? 'by configuration' : id,
        to.kind === 'group' ? `group ${to.name}` : to.name,
        `${role} of ${application ?? 'all applications'}`,
        configured ? '' : `${by}, ${shortTime(at)}`,
        why,
      ]
    })
    output.result({ grants }, table(['id', 'to', 'role', 'given by', 'why'], rows))
  })

  verb(group, face, 'grant <name> <role>', 'give a role to a person or a group', async (task) => {
    const { api, output, flags, args } = task
    const kind = flags.group === true ? { kind: 'group' } : {}
    const body = { name: args[0], role: args[1], ...kind, ...given(flags, ['application']), ...whyOf(flags) }
    const grant = await api.post<GrantDocument>('/people/grants', body)
    output.result(grant, `${wordsOf(grant)} (${grant.id}), from the next request on.`)
  })
    .option('--application <name>', 'for this one only (default: for all)')
    .option('--group', 'the name is that of a group of the identity provider')
    .option('--reason <reason>', 'why; it stands in the audit trail')

  verb(group, face, 'revoke <id>', 'take a role away', async ({ api, output, flags, args }) => {
    const path = `/people/grants/${encodeURIComponent(args[0]!)}/revoke`
    const grant = await api.post<GrantDocument>(path, whyOf(flags))
    output.result(grant, `${wordsOf(grant)} no more, from the next request on.`)
  }).option('--reason <reason>', 'why; it stands in the audit trail')
}

function wordsOf({ to, role, application }: GrantDocument): string {
  const who = to.kind === 'group' ? `The group ${to.name}` : to.name
  return `${who} is ${role} of ${application ?? 'all applications'}`
}
