import { setMaxListeners } from 'node:events'

/**
 * Runs with a signal of its own that follows `signal`. Many requests of one observation listen on it; on the caller's,
 * which may live long, they would pile up and Node would warn.
 */
export async function withOwnSignal<T>(
  signal: AbortSignal,
  run: (own: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  const follow = () => controller.abort(signal.reason)
  signal.addEventListener('abort', follow, { once: true })
  try {
    return await run(controller.signal)
  } finally {
    signal.removeEventListener('abort', follow)
  }
}
