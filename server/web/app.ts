import type { Express } from 'express'
import type { Actor } from '../domain/operation.js'
import { recordedCleanup } from '../engine/recorded-cleanup.js'
import { bindEngine } from './bind-engine.js'
import { consoleApp } from './console-app.js'
import type { WebDeps } from './deps.js'
import { AccessLog } from './guard/access-log.js'
import { currentReader } from './guard/reader.js'
import { guardedEngine } from './guarded-engine.js'
import { ReaderHistory } from './reader-history.js'

/** The console as the program serves it: over the real engine. */
export function makeApp(deps: WebDeps): Express {
  const history = new ReaderHistory(deps.parts.history, currentReader)
  const accessLog = new AccessLog(deps.parts.store)
  const { system, parts } = deps
  const keeper = { runs: system.runs, replica: system.replica, newId: parts.newId }
  const bound = {
    ...bindEngine(parts),
    runCleanup: (actor: Actor, now?: Date) => recordedCleanup(parts, keeper, actor, now),
  }
  const engine = guardedEngine(bound, bindEngine({ ...deps.parts, history }), {
    history,
    accessLog,
    approveOwn: deps.signIn.approveOwn,
  })
  return consoleApp({ ...deps, engine, accessLog })
}
