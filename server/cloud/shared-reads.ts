/** Reads things by key for many callers at once. */
export interface SharedRead<Value> {
  /** Reads now: the answer is never older than this call. Keys that AWS doesn't know are missing from the answer. */
  get(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Value>>
}

interface SharedReadOptions {
  /** How many keys one request takes. */
  readonly batch: number
  /** How long waiting keys let the request before them finish before they are sent beside it. */
  readonly patienceMs?: number
}

type ReadKeys<Value> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>

/** By key, the answer of the request that the key went into. */
type Answers<Value> = ReadonlyMap<string, Promise<ReadonlyMap<string, Value>>>

interface Gathering<Value> {
  readonly keys: Set<string>
  readonly answers: Promise<Answers<Value>>
  readonly send: () => void
}

/**
 * Gathers the keys of concurrent callers into few requests. Nobody joins a request that has been sent, because its answer
 * may be older than the question: while one is under way, later callers gather in the next. A failed request fails only
 * those who asked for one of its keys.
 */
export function sharedRead<Value>(
  read: ReadKeys<Value>,
  { batch, patienceMs = 50 }: SharedReadOptions,
): SharedRead<Value> {
  let underWay = 0
  let gathering: Gathering<Value> | null = null

  const sendGathered = () => {
    const due = gathering
    gathering = null
    due?.send()
  }

  const gather = (): Gathering<Value> => {
    const keys = new Set<string>()
    // Callers of one turn of the event loop share a request even when nothing is under way.
    const timer = setTimeout(sendGathered, underWay > 0 ? patienceMs : 0)
    let send = () => {}
    const answers = new Promise<Answers<Value>>((resolve) => {
      send = () => {
        clearTimeout(timer)
        underWay += 1
        const sent = sendBatches(read, [...keys], batch)
        resolve(sent)
        void Promise.allSettled(sent.values()).then(() => {
          underWay -= 1
          if (underWay === 0) sendGathered()
        })
      }
    })
    return { keys, answers, send }
  }

  return {
    async get(keys, signal) {
      signal.throwIfAborted()
      if (keys.length === 0) return new Map()
      gathering ??= gather()
      for (const key of keys) gathering.keys.add(key)
      return abortable(pick(gathering.answers, keys), signal)
    },
  }
}

function sendBatches<Value>(read: ReadKeys<Value>, keys: readonly string[], batch: number): Answers<Value> {
  const answers = new Map<string, Promise<ReadonlyMap<string, Value>>>()
  for (let start = 0; start < keys.length; start += batch) {
    const part = keys.slice(start, start + batch)
    const answer = read(part)
    for (const key of part) answers.set(key, answer)
  }
  return answers
}

async function pick<Value>(
  sent: Promise<Answers<Value>>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Value>> {
  const answers = await sent
  const picked = new Map<string, Value>()
  await Promise.all(
    keys.map(async (key) => {
      const answer = await answers.get(key)
      if (answer?.has(key)) picked.set(key, answer.get(key) as Value)
    }),
  )
  return picked
}

/** A shared request goes on for the others when one caller gives up. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
