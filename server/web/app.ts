import type { Express } from 'express'
import { bindEngine } from './bind-engine.js'
import { consoleApp } from './console-app.js'
import type { WebDeps } from './deps.js'

/** The console as the program serves it: over the real engine. */
export function makeApp(deps: WebDeps): Express {
  return consoleApp({ ...deps, engine: bindEngine(deps.parts) })
}
