import type { Express } from 'express'
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
  const engine = guardedEngine(bindEngine(deps.parts), bindEngine({ ...deps.parts, history }), {
    history,
    accessLog,
    approveOwn: deps.signIn.approveOwn,
  })
  return consoleApp({ ...deps, engine, accessLog })
}
