import type { Application } from '../../server/domain/application.js'
import type { Bake, Image } from '../../server/domain/bake.js'
import { isBakeEnded } from '../../server/domain/bake-transitions.js'
import type { InstalledPackage } from '../../server/domain/image-packages.js'
import type { Obligation } from '../../server/domain/obligation.js'
import { isOver, type Restraint } from '../../server/domain/restraint.js'
import type { SendingLease } from '../../server/engine/sent-once.js'
import type { Change, History, IntentAnswer, NewEvent, NewIntent, Store } from '../../server/engine/ports.js'

/** What bakes read and write, in memory: as much of Store and History as they use, with the store's own rules. */
export class BakeStore {
  readonly applications = new Map<string, Application>()
  readonly bakes = new Map<string, Bake>()
  readonly images = new Map<string, Image>()
  readonly packages = new Map<string, readonly InstalledPackage[]>()
  readonly ledger = new Map<string, Obligation>()
  restraints: Restraint[] = []
  readonly events: NewEvent[] = []
  readonly intents: { intent: NewIntent; answered: IntentAnswer | null }[] = []

  readonly store = {
    loadBake: async (id: string) => this.bakes.get(id) ?? null,
    activeBakeIds: async () =>
      [...this.bakes.values()].filter((bake) => !isBakeEnded(bake)).map((bake) => bake.id),
    openRestraints: async (at: Date) => this.restraints.filter((each) => !isOver(each, at)),
    commitTurn: async (_lease: unknown, _version: unknown, change: Change) => this.write(change),
    answerIntent: async (
      _lease: unknown,
      id: string,
      answer: { answered: IntentAnswer },
      change: Change = {},
    ) => {
      for (const row of this.intents) if (row.intent.id === id) row.answered = answer.answered
      this.write(change)
    },
    saveWait: async (_lease: unknown, what: { bakeId?: string; wait: Bake['wait']; bakeLog?: string }) => {
      const bake = this.bakes.get(what.bakeId ?? '')
      if (bake) this.bakes.set(bake.id, { ...bake, wait: what.wait, log: what.bakeLog ?? bake.log })
    },
    requestApplication: async <T>(
      name: string,
      decide: (known: Application | null) => { change: Change & { application?: Application }; result: T },
    ) => {
      const { change, result } = decide(this.applications.get(name) ?? null)
      const { application, ...rest } = change
      if (application) this.applications.set(name, application)
      this.write(rest)
      return result
    },
    record: async (change: Change) => this.write(change),
  } as unknown as Store

  readonly history = {
    application: async (name: string) => this.applications.get(name) ?? null,
    image: async (nameOrId: string) =>
      [...this.images.values()].find(
        ({ imageId, name, retirement }) =>
          imageId === nameOrId || (name === nameOrId && retirement?.phase !== 'retired'),
      ) ?? null,
    imageByKey: async (key: string) =>
      [...this.images.values()].find((image) => image.contentKey === key) ?? null,
    obligations: async () => [...this.ledger.values()],
    log: async ({ stream }: { stream?: string }) =>
      this.events
        .filter((event) => !stream || event.stream === stream)
        .map((event) => ({ type: event.event.type }))
        .reverse(),
  } as unknown as History

  /** The sentences of one bake's timeline. */
  timeline(bakeId: string): string[] {
    return this.events.filter((event) => event.stream === `bake:${bakeId}`).map((event) => event.event.type)
  }

  openObligations(): Obligation[] {
    return [...this.ledger.values()].filter((row) => row.closedAt === null)
  }

  private write(change: Change): void {
    if (change.bake) {
      const { bake } = change
      const rival = [...this.bakes.values()].find(
        (other) => other.id !== bake.id && other.contentKey === bake.contentKey && !isBakeEnded(other),
      )
      if (rival && !isBakeEnded(bake)) throw new Error('one_bake_of_a_key')
      this.bakes.set(bake.id, bake)
    }
    if (change.packages) this.packages.set(change.packages.bakeId, change.packages.listed)
    const { image } = change
    const namesake = [...this.images.values()].find(
      ({ imageId, name, retirement }) =>
        name === image?.name && imageId !== image.imageId && retirement?.phase !== 'retired',
    )
    if (namesake) throw new Error('images_name_key')
    if (change.image) this.images.set(change.image.imageId, change.image)
    for (const row of change.obligations ?? []) this.ledger.set(row.id, row)
    this.events.push(...(change.events ?? []))
    if (change.intent) this.intents.push({ intent: change.intent, answered: null })
  }
}

/** A lease that nobody else wants. */
export function leaseOf(bakeId: string, check: () => void = () => undefined): SendingLease {
  return {
    current: {
      scope: `bake:${bakeId}`,
      holder: 'test',
      epoch: 1,
      deadline: Infinity,
      wallDeadline: Infinity,
    },
    signal: new AbortController().signal,
    check,
  }
}
