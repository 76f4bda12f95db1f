import type { Bake } from '../domain/bake.js'
import type { Call } from '../domain/call.js'
import type { BakeCloud } from '../engine/ports.js'
import { resolveBase } from './base-images.js'
import { builderPlacements } from './builder-placements.js'
import { bakeRequestFor, seenBuilder, strayBuilders, type BakeCall } from './builders.js'
import type { Clients } from './clients.js'
import { consoleOrRefusal } from './console-output.js'
import { asDeregistered, seenImage } from './images.js'
import { packageUrl } from './packages.js'
import { performRequest } from './request.js'

/** AWS as a bake needs it. */
export function makeBakeCloud({ readers, writers }: Clients, now: () => Date): BakeCloud {
  return {
    resolveBase: (base) => resolveBase(readers, base),
    packageUrl: (address, signedAt) => packageUrl(readers, address, signedAt),
    builderPlacements: () => builderPlacements(readers),
    async observeBake(bake) {
      const at = now()
      const [builder, strays, image] = await Promise.all([
        seenBuilder(readers, bake),
        strayBuilders(readers, bake),
        seenImage(readers, bake),
      ])
      const watched = builder !== null && watchesConsole(bake)
      return {
        at,
        builder,
        strayBuilders: strays,
        image,
        console: watched ? await consoleOrRefusal(readers.ec2, builder.instanceId) : '',
      }
    },
    async perform(call, beforeSend, signal) {
      if (!isBakeCall(call)) throw new Error(`${call.type} is no call of a bake.`)
      try {
        return await performRequest(writers, bakeRequestFor(call), beforeSend, signal)
      } catch (error) {
        throw call.type === 'DeregisterImage' ? asDeregistered(error) : error
      }
    },
  }
}

/**
 * What runs on the builder is of interest until its report is in, to say why it failed, and until its list of packages has
 * come: AWS may post the console of a stopped builder minutes later.
 */
function watchesConsole(bake: Bake): boolean {
  return (
    bake.phase === 'building' ||
    bake.phase === 'discarding' ||
    (bake.phase === 'imaging' && bake.imageId === null) ||
    ((bake.phase === 'imaging' || bake.phase === 'finishing') && bake.packageCount === null)
  )
}

const bakeCalls: ReadonlySet<string> = new Set<BakeCall['type']>([
  'RunBuilder',
  'TerminateBuilder',
  'CreateImage',
  'RequireImdsV2',
  'DeregisterImage',
])

function isBakeCall(call: Call): call is BakeCall {
  return bakeCalls.has(call.type)
}
