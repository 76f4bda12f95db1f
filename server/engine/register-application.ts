import type { Application } from '../domain/application.js'
import { reasonBadRepositoryLink } from '../domain/commits.js'
import { reasonBadApplicationName } from '../domain/names.js'
import type { Actor } from '../domain/operation.js'
import { Refusal, type FieldFault } from '../domain/refusal.js'
import type { Parts } from './parts.js'

export interface RegisterApplicationInput {
  readonly name: string
  readonly owner: string
  readonly email: string | null
  readonly port: number
  readonly healthPath: string
  readonly startCommand: string | null
  readonly repositoryLink?: string | null
}

/** Records an application. Throws Refusal for a name outside the grammar or one that is taken. */
export async function registerApplication(
  parts: Parts,
  actor: Actor,
  input: RegisterApplicationInput,
): Promise<Application> {
  refuseInvalid(input)
  const application: Application = { ...input, createdAt: parts.clock.now() }
  return parts.store.requestApplication(input.name, (known) => {
    if (known) throw existsAlready(input.name)
    return {
      change: {
        application,
        events: [
          {
            stream: `application:${input.name}`,
            actor,
            cluster: null,
            application: input.name,
            event: {
              type: 'ApplicationRegistered',
              sentence: `${input.name} was registered for ${input.owner}.`,
            },
          },
        ],
      },
      result: application,
    }
  })
}

function existsAlready(name: string): Refusal {
  return new Refusal(
    'ApplicationExists',
    `There is an application ${name} already. Nothing was changed.`,
    'conflict',
    {
      ways: [
        {
          label: `Open ${name}`,
          href: `/applications/${name}`,
          command: `delling apps show ${name}`,
        },
      ],
    },
  )
}

/** Throws Refusal, with a sentence for each field that can't be. */
export function refuseInvalid(input: RegisterApplicationInput): void {
  const faults = faultsOf(input)
  const first = faults[0]
  if (first)
    throw new Refusal('InvalidApplication', `${first.sentence} Nothing was changed.`, 'invalid', { faults })
}

function faultsOf(input: RegisterApplicationInput): FieldFault[] {
  const faults: FieldFault[] = []
  const name = reasonBadApplicationName(input.name)
  if (name) faults.push({ field: 'name', sentence: name })
  if (input.owner.trim() === '')
    faults.push({ field: 'owner', sentence: 'Say who owns it: a team or a person.' })
  if (!Number.isInteger(input.port) || input.port < 1 || input.port > 65535)
    faults.push({ field: 'port', sentence: 'A port is a whole number from 1 to 65535.' })
  if (!input.healthPath.startsWith('/') || /\s/.test(input.healthPath))
    faults.push({ field: 'healthPath', sentence: 'A health path begins with “/” and holds no space.' })
  const link = input.repositoryLink ? reasonBadRepositoryLink(input.repositoryLink) : null
  if (link) faults.push({ field: 'repositoryLink', sentence: link })
  return faults
}
