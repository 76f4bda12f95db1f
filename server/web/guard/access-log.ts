import type { Actor } from '../../domain/operation.js'
import { Refusal } from '../../domain/refusal.js'
import type { Store } from '../../engine/ports.js'

/** The audit trail of who may what: apart from the deploy log, and for admins only. */
export const accessStream = 'access:people'

const quietMs = 60_000

/** Writes down every change of access and every refusal. */
export class AccessLog {
  private readonly said = new Map<string, number>()

  constructor(private readonly store: Pick<Store, 'record'>) {}

  async changed(
    actor: Actor,
    type: string,
    sentence: string,
    data: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await this.store.record({
      events: [
        { stream: accessStream, actor, cluster: null, application: null, event: { type, sentence, data } },
      ],
    })
  }

  /** Writes the refusal down and throws it. */
  async refuse(actor: Actor, reason: string): Promise<never> {
    await this.refused(actor, reason)
    throw new Refusal('NotYours', `${reason} Nothing was changed.`, 'forbidden')
  }

  /** The same refusal of the same person is written down once a minute: a loop must not fill the records. */
  async refused(actor: Actor, reason: string, type = 'AccessRefused'): Promise<void> {
    const key = `${actor.name} ${reason}`
    const now = performance.now()
    const last = this.said.get(key)
    if (last !== undefined && now - last < quietMs) return
    this.said.set(key, now)
    if (this.said.size > 1000) this.said.delete(this.said.keys().next().value!)
    await this.changed(actor, type, reason)
  }
}
