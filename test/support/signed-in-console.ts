import request from 'supertest'
import { consoleOver } from './console-under-test.js'
import type { FakeWorld } from './fake-parts.js'

/** What a browser sends with a form of the console's own pages. */
export const ours = { 'Sec-Fetch-Site': 'same-origin' }

/** The console over a world in memory, with Ada signed in: by her browser (`agent`) and by a token (`bearer`). */
export async function signedInConsole(world: FakeWorld) {
  const { app, credentials } = consoleOver(world)
  const agent = request.agent(app)
  const { secret } = await credentials.issueLink({ name: 'Ada' }, 1000)
  await agent.post(`/sign-in/${secret}`).set(ours).expect(303)
  const bearer = { Authorization: `Bearer ${await credentials.issueToken({ name: 'Ada' })}` }
  return { app, agent, bearer, credentials }
}

export type SignedIn = Awaited<ReturnType<typeof signedInConsole>>
