import type { Application } from '../domain/application.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { refuseEditedMeanwhile, shownField, type SeenFields } from './edited-fields.js'
import type { Parts } from './parts.js'
import { refuseInvalid } from './register-application.js'

/** Its name can't be edited: it begins the name of all that belongs to it. */
export const editableOfApplication = [
  'owner',
  'email',
  'port',
  'healthPath',
  'startCommand',
  'repositoryLink',
] as const

type Editable = (typeof editableOfApplication)[number]

/** What is left out stays as it is. */
export type EditApplicationInput = { readonly [Name in Editable]?: Application[Name] | undefined } & {
  readonly seen?: SeenFields<Editable> | undefined
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
 * made with. Throws Refusal, also where what was seen of it is not what is there any more.
 */
export function editApplication(
  parts: Parts,
  actor: Actor,
  name: string,
  input: EditApplicationInput,
): Promise<Application> {
  return parts.store.requestApplication(name, (known) => {
    if (!known)
      throw new Refusal(
        'UnknownApplication',
        `There is no application ${name}. Nothing was changed.`,
        'notFound',
      )
    const { reason = '', seen, ...typed } = input
    refuseEditedMeanwhile(name, known, seen, (field) => words[field])
    const edited: Application = { ...known, ...withoutAbsent(typed) }
    refuseInvalid({ ...edited, repositoryLink: edited.repositoryLink ?? null })
    const differences = differencesOf(known, edited)
    if (differences.length === 0) return { change: {}, result: known }
    const said = differences.map(({ what, was, will }) => `${what} ${was} → ${will}`).join(', ')
    const event = {
      type: 'ApplicationEdited',
      sentence: `${actor.name} edited ${name} (${said})${reason ? `: ${reason}` : ''}.`,
      data: { differences, reason },
    }
    const events = [{ stream: `application:${name}`, actor, cluster: null, application: name, event }]
    return { change: { application: edited, events }, result: edited }
  })
}

function differencesOf(known: Application, edited: Application) {
  return editableOfApplication
    .filter((field) => (edited[field] ?? null) !== (known[field] ?? null))
    .map((field) => ({
      what: words[field],
      was: shownField(known[field]),
      will: shownField(edited[field]),
    }))
}

function withoutAbsent<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>
}
