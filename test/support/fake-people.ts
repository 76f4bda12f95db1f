import { randomUUID } from 'node:crypto'
import type { Right } from '../../server/domain/access.js'
import type { Grant, Identity } from '../../server/domain/grant.js'
import type { KnownPerson, NewGrant, People } from '../../server/web/people.js'

export const issuer = 'https://id.example'

/** People and their roles in memory. */
export class FakePeople implements People {
  private readonly byId = new Map<string, KnownPerson>()
  private given: Grant[] = []

  /** Somebody who has signed in and has these rights. */
  async add(email: string, rights: readonly Right[], groups: readonly string[] = []): Promise<KnownPerson> {
    const subject = `sub-of-${email}`
    await this.remember({ id: `${issuer}#${subject}`, name: email, subject, email, groups })
    for (const { role, application } of rights)
      await this.give({ to: { kind: 'person', name: email }, role, application, by: 'test', why: 'test' })
    return (await this.known(`${issuer}#${subject}`))!
  }
  async remember(identity: Identity) {
    this.byId.set(identity.id, { ...identity, signedInAt: new Date() })
  }
  async known(id: string) {
    return this.byId.get(id) ?? null
  }
  async everybody() {
    return [...this.byId.values()]
  }
  async grants() {
    return this.given
  }
  async give({ to, role, application, by, why }: NewGrant) {
    const same = (each: Grant) =>
      each.to.kind === to.kind &&
      each.to.name === to.name &&
      each.role === role &&
      each.application === application
    if (this.given.some(same)) return null
    const grant = { id: randomUUID(), to, role, application, by, at: new Date(), why }
    this.given = [...this.given, grant]
    return grant
  }
  async take(id: string, mayGo: (grants: readonly Grant[]) => void) {
    const going = this.given.find((grant) => grant.id === id)
    if (!going) return null
    mayGo(this.given)
    this.given = this.given.filter((grant) => grant !== going)
    return going
  }
}
