import type { Call } from './call.js'

/**
 * What one turn does. `act` sends one request, recorded with its events before it is sent; `record` writes down what was
 * seen; `wait` says what is awaited and until when; `done` leaves the cluster alone until its next look.
 */
export type Step<Event, Change> =
  | {
      readonly kind: 'act'
      readonly call: Call
      readonly why: string
      readonly change?: Change
      readonly event?: Event
    }
  | { readonly kind: 'record'; readonly event: Event; readonly change?: Change }
  | {
      readonly kind: 'wait'
      readonly sentence: string
      readonly until: Date | null
      readonly lookAgainMs: number
    }
  | { readonly kind: 'done' }
