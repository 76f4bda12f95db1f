import type { TestProject } from 'vitest/node'
import { startDatabaseServer } from './database-server.js'

declare module 'vitest' {
  interface ProvidedContext {
    databaseServerUrl: string
  }
}

let server: ReturnType<typeof startDatabaseServer> | undefined

/** Starts the run's PostgreSQL once for all projects that use it; the last one that ends stops it. */
let users = 0

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1
  server ??= startDatabaseServer()
  project.provide('databaseServerUrl', (await server).url)
  return async () => {
    users -= 1
    if (users === 0) await (await server)?.stop()
  }
}
