import { z } from 'zod'
import { ailmentKinds, faultKinds, type LocalCloudSeen } from '../domain/rehearsal.js'
import { Refusal } from '../domain/refusal.js'
import type { LocalCloudControl } from '../engine/ports.js'
import type { Clients } from './clients.js'
import { strangerActs } from './stranger-acts.js'

export interface ControlAddress {
  readonly url: string
  readonly token: string | undefined
}

const timeoutMs = 10_000
const hourMs = 3_600_000

const health = z.object({
  zones: z.array(z.string()),
  pace: z.enum(['real', 'brisk', 'zero']),
  confinementSentence: z.string(),
})
const clock = z.object({ now: z.coerce.date(), offsetMs: z.number(), frozen: z.boolean() })
const state = z.object({
  instances: z.array(
    z.object({
      instanceId: z.string(),
      state: z.string(),
      alive: z.boolean(),
      availabilityZone: z.string(),
      port: z.number().optional(),
      initPid: z.number().optional(),
      tags: z.record(z.string(), z.string()).optional(),
    }),
  ),
})
const knobs = z.object({
  latencyMs: z.number(),
  invisibleMs: z.number(),
  staleReadsMs: z.number(),
  consoleDelayMs: z.number(),
  zonesWithoutCapacity: z.array(z.string()),
  zonesOut: z.array(z.string()),
  ailments: z.array(z.object({ of: z.string(), kind: z.enum(ailmentKinds) })),
  throttle: z.object({ perSecond: z.number(), burst: z.number() }).nullable(),
  failNextImages: z.number(),
})
const faults = z.object({
  faults: z.array(
    z.object({
      id: z.string(),
      action: z.string(),
      kind: z.enum(faultKinds),
      remaining: z.number(),
      delayMs: z.number().optional(),
      code: z.string().optional(),
      about: z.string().optional(),
      names: z.array(z.string()).optional(),
    }),
  ),
})

/** The embedded local cloud, reached from here: no browser ever gets to its control path. */
export function makeLocalCloudControl(address: ControlAddress, clients: Clients): LocalCloudControl {
  const ask = (method: string, path: string, body?: object) => askControl(address, method, path, body)
  const change = async (method: string, path: string, body?: object) => void (await ask(method, path, body))
  return {
    async look() {
      const [isHealth, isClock, isState, isKnobs, isFaults] = await Promise.all(
        ['/health', '/clock', '/state', '/knobs', '/faults'].map((path) => ask('GET', path)),
      )
      return seenOf(
        health.parse(isHealth),
        clock.parse(isClock),
        state.parse(isState),
        knobs.parse(isKnobs),
        faults.parse(isFaults),
      )
    },
    turnKnobs: (patch) => change('PUT', '/knobs', patch),
    planFault: (fault) => change('POST', '/faults', fault),
    forgetFault: (id) => change('DELETE', '/faults', id === null ? {} : { id }),
    moveClock: (hours) => change('PUT', '/clock', { advanceMs: hours * hourMs }),
    freezeClock: () => change('PUT', '/clock', { frozen: true }),
    async resetClock() {
      await change('PUT', '/clock', { frozen: false })
      await change('PUT', '/clock', { now: new Date().toISOString() })
    },
    crashApplication: (instanceId) => change('POST', '/instances/crash', { instanceId }),
    ...strangerActs(clients),
  }
}

function seenOf(
  { zones, pace, confinementSentence }: z.output<typeof health>,
  { now, offsetMs, frozen }: z.output<typeof clock>,
  { instances }: z.output<typeof state>,
  isKnobs: z.output<typeof knobs>,
  { faults: planned }: z.output<typeof faults>,
): LocalCloudSeen {
  return {
    zones,
    pace,
    confinement: confinementSentence,
    now,
    offsetMs,
    frozen,
    instances: instances.map(({ instanceId, state: isIn, alive, availabilityZone, port, initPid, tags }) => ({
      instanceId,
      state: isIn,
      alive,
      zone: availabilityZone,
      group: tags?.['aws:autoscaling:groupName'] ?? null,
      port: port ?? null,
      processId: initPid ?? null,
    })),
    knobs: isKnobs,
    faults: planned.map((fault) => ({ ...fault, times: fault.remaining })),
  }
}

async function askControl(
  { url, token }: ControlAddress,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const reply = await fetch(new URL(`/_localcloud${path}`, url), {
    method,
    headers: {
      'x-localcloud-control': '1',
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new Refusal(
      'LocalCloudAway',
      `The local cloud does not answer (${reasonOf(error)}). Whether something was changed is not known: look again, and read its log in the state folder.`,
    )
  })
  const answer = (await reply.json()) as { error?: string }
  if (reply.ok) return answer
  throw new Refusal(
    'LocalCloudRefused',
    `The local cloud refused: ${answer.error ?? `HTTP ${reply.status}`} Nothing was changed.`,
  )
}

/** `fetch` hides what happened behind “fetch failed”. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}
