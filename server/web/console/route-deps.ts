import type { OpenApiDocument } from '../api/document.js'
import type { Deps } from '../deps.js'
import type { Show } from '../show.js'
import type { TrafficReads } from '../traffic-reads.js'

/** What every route of the console takes. */
export interface RouteDeps extends Deps {
  readonly show: Show
  readonly traffic: TrafficReads
  readonly apiDocument: () => OpenApiDocument
}
