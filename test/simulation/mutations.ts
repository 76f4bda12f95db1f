import type { Mutation } from './compile.js'

/**
 * Deliberate bugs, each of which the simulation must catch: the model's rules switched off one by one, and mistakes that a
 * tired person could make in the engine. A piece that is no longer in the source fails the run, so the list stays true.
 */
export const mutations: readonly Mutation[] = [
  {
    name: 'three zones',
    what: 'next is switched to over any number of zones',
    file: 'server/domain/decide-switch.ts',
    find: "if (operation.kind !== 'switchBack') return reasonNotRegistered(to, needed, 3)",
    replace: "if (operation.kind !== 'switchBack') return reasonNotRegistered(to, needed, 1)",
  },
]
