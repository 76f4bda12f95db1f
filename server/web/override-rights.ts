import { may, reasonMayNot, type Action, type Person } from '../domain/access.js'
import { parseServerGroupName } from '../domain/names.js'
import type { Actor } from '../domain/operation.js'
import type { Restraint } from '../domain/restraint.js'
import { parseScope, type Scope } from '../domain/scope.js'
import type { History } from '../engine/ports.js'
import type { Engine } from './bind-engine.js'
import type { AccessLog } from './guard/access-log.js'
import { applicationOfCluster } from './guard/application-of.js'
import { currentReader } from './guard/reader.js'

/** The application that a scope lies in; null: it is about more than one. */
function applicationOfScope(scope: Scope): string | null {
  if (scope.level === 'application') return scope.name
  return scope.level === 'cluster' ? applicationOfCluster(scope.name) : null
}

/** What is on hold for everybody is everybody's to know; the rest is as visible as what it is about. */
export function seesRestraint(person: Person, { scope }: Pick<Restraint, 'scope'>): boolean {
  if (scope.level === 'all' || scope.level === 'region') return true
  return may(person, 'see', applicationOfScope(scope))
}

/** The engine where placing and releasing holds, and going on in spite of them, needs a role that only the request's body tells of. */
export function withOverrideRights(
  engine: Engine,
  asReader: Engine,
  history: Pick<History, 'restraint' | 'operation'>,
  accessLog: Pick<AccessLog, 'refuse'>,
): Engine {
  return {
    ...engine,
    restraintsNow: asReader.restraintsNow,
    mayStartIn: asReader.mayStartIn,
    placeHold: inScope(engine.placeHold),
    addWindow: inScope(engine.addWindow),
    addFreeze: inScope(engine.addFreeze),
    release: async (actor, input) => {
      const known = await history.restraint(input.id)
      if (known) await mustMay(actor, 'hold', applicationOfScope(known.scope))
      return asReader.release(actor, input)
    },
    createCluster: overriding(engine.createCluster, ({ name }) => applicationOfCluster(name)),
    deploy: overriding(engine.deploy, ({ cluster }) => applicationOfCluster(cluster)),
    decommission: overriding(engine.decommission, ({ cluster }) => applicationOfCluster(cluster)),
    adoptWholeCluster: overriding(engine.adoptWholeCluster, ({ cluster }) => applicationOfCluster(cluster)),
    giveClusterBack: overriding(engine.giveClusterBack, ({ cluster }) => applicationOfCluster(cluster)),
    resizeGroup: overriding(engine.resizeGroup, ofGroup),
    destroyGroup: overriding(engine.destroyGroup, ofGroup),
    requestBake: overriding(engine.requestBake, ({ application }) => application),
    goOn: async (actor, id, asked) => {
      const operation = asked.override === undefined ? null : await history.operation(id)
      if (operation) await mustMay(actor, 'override', applicationOfCluster(operation.cluster))
      return engine.goOn(actor, id, asked)
    },
  }

  async function mustMay(actor: Actor, action: Action, application: string | null): Promise<void> {
    const person = currentReader()
    if (!may(person, action, application))
      await accessLog.refuse(actor, reasonMayNot(person, action, application))
  }

  function inScope<Input extends { readonly scope: string }, Answer>(
    place: (actor: Actor, input: Input) => Promise<Answer>,
  ): typeof place {
    return async (actor, input) => {
      const scope = parseScope(input.scope)
      // What is no scope is refused by the engine, which says what one looks like.
      if (scope) await mustMay(actor, 'hold', applicationOfScope(scope))
      return place(actor, input)
    }
  }

  function overriding<Input extends { readonly override?: string | undefined }, Answer>(
    start: (actor: Actor, input: Input) => Promise<Answer>,
    applicationOf: (input: Input) => string | null,
  ): typeof start {
    return async (actor, input) => {
      if (input.override !== undefined) await mustMay(actor, 'override', applicationOf(input))
      return start(actor, input)
    }
  }
}

function ofGroup({ group }: { readonly group: string }): string | null {
  return applicationOfCluster(parseServerGroupName(group)?.cluster ?? '')
}
