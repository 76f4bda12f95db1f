import type { Application } from '../domain/application.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import type { Parts } from './parts.js'
import { refuseInvalid } from './register-application.js'

/** Its name can't be edited: it begins the name of all that belongs to it. */
const editable = ['owner', 'email', 'port', 'healthPath', 'startCommand', 'repositoryLink'] as const

type Editable = (typeof editable)[number]

/** What is left out stays as it is. */
export type EditApplicationInput = { readonly [Name in Editable]?: Application[Name] | undefined } & {
  readonly reason?: string | undefined
}

const words: Readonly<Record<Editable, string>> = {
  owner: 'owner',
  email: 'e-mail',
  port: 'port',
  healthPath: 'health path',
  startCommand: 'start command',
  repositoryLink: 'repository link',
}

/**
 * Writes down what is another; bakes and clusters that are made from now on take it, those that are there keep what they were
 * made with. Throws Refusal.
 */
export async function editApplication(
  parts: Parts,
  actor: Actor,
  name: string,
  input: EditApplicationInput,
): Promise<Application> {
  const known = await parts.history.application(name)
  if (!known)
    throw new Refusal(
      'UnknownApplication',
      `There is no application ${name}. Nothing was changed.`,
      'notFound',
    )
  const { reason, ...typed } = input
  const edited: Application = { ...known, ...withoutAbsent(typed) }
  refuseInvalid({ ...edited, repositoryLink: edited.repositoryLink ?? null })
  const changed = editable.filter((field) => (edited[field] ?? null) !== (known[field] ?? null))
  if (changed.length === 0) return known
  const differences = changed.map((field) => ({
    what: words[field],
    was: String(known[field] ?? 'none'),
    will: String(edited[field] ?? 'none'),
  }))
  const said = differences.map(({ what, was, will }) => `${what} ${was} → ${will}`).join(', ')
  await parts.store.record({
    application: edited,
    events: [
      {
        stream: `application:${name}`,
        actor,
        cluster: null,
        application: name,
        event: {
          type: 'ApplicationEdited',
          sentence: `${actor.name} edited ${name} (${said})${reason ? `: ${reason}` : ''}.`,
          data: { differences, reason: reason ?? '' },
        },
      },
    ],
  })
  return edited
}

function withoutAbsent<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>
}
