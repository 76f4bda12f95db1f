import { AsyncLocalStorage } from 'node:async_hooks'
import type { Person } from '../../domain/access.js'

const readers = new AsyncLocalStorage<Person>()

/** Everything that `work` starts reads as this person. */
export function readAs<T>(person: Person, work: () => T): T {
  return readers.run(person, work)
}

/** Whoever the records are read for. Without one nothing is read: a forgotten reader must never see everything. */
export function currentReader(): Person {
  const reader = readers.getStore()
  if (!reader) throw new Error('records were read for nobody: a route reads before it knows who asks')
  return reader
}
