import type { Right } from '../../server/domain/access.js'
import type { FakeCredentials } from './fake-credentials.js'
import { issuer, type FakePeople } from './fake-people.js'

/** Signing in by an identity provider that nobody uses here, so that nobody is admin by being on the machine. */
export const byProvider = {
  local: false,
  provider: { label: 'ID', issuer, begin: never, finish: never, signOutAddress: async () => null },
}

function never(): never {
  throw new Error('nobody signs in here')
}

interface Console {
  readonly people: FakePeople
  readonly credentials: FakeCredentials
}

/** Somebody who has signed in and has these rights, with a token of theirs that may all that they may. */
export async function knownPerson({ people, credentials }: Console, email: string, rights: readonly Right[]) {
  const known = await people.add(email, rights)
  const { secret } = await credentials.create({
    label: 'test',
    personId: known.id,
    personName: known.name,
    scope: { role: 'admin', applications: null },
    madeBy: null,
    lifetimeMs: 3_600_000,
  })
  return { known, secret, bearer: { Authorization: `Bearer ${secret}` } }
}
