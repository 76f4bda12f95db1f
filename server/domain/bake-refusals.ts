import type { Bake } from './bake.js'
import { discardEvent, type BakeEvent } from './bake-transitions.js'
import type { Call } from './call.js'

const capacityCodes = new Set([
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientFreeAddressesInSubnet',
  'InsufficientCapacity',
  'Unsupported',
])

/**
 * What a definite refusal of a call records; null to look and try again until the phase's deadline. `busy` and `exists`
 * are resolved by looking. The bake is as it was before the call.
 */
export function refusedCallEvents(
  bake: Bake,
  call: Call,
  refused: { readonly code: string; readonly message: string; readonly means: string },
): readonly BakeEvent[] | null {
  const said = `${refused.code}: ${refused.message}`
  if (call.type === 'RunBuilder') {
    const afterUnanswered = bake.attemptAt !== null
    if (capacityCodes.has(refused.code) || isYoungProfile(refused)) {
      const sentence = `A builder in ${call.subnetId} was refused (${said}).`
      return [{ type: 'LaunchRefused', sentence, afterUnanswered }]
    }
    // The earlier request with this token was applied after all, or will be: it shows by its tag.
    if (refused.code === 'IdempotentParameterMismatch' || refused.means === 'busy') return null
    return [
      { type: 'LaunchRefused', sentence: `A builder was refused (${said}).`, afterUnanswered },
      discardEvent(`No builder could be launched: ${said}`, bake),
    ]
  }
  if (call.type === 'DeregisterImage' && refused.means === 'gone') return [{ type: 'ImageDiscarded' }]
  if (call.type === 'CreateImage' && refused.means === 'refused' && !/not in state/i.test(refused.message))
    return [discardEvent(`The image could not be made: ${said}`, bake)]
  if (call.type === 'RequireImdsV2' && refused.means === 'refused')
    return [discardEvent(`The image could not be made to require IMDSv2: ${said}`, bake)]
  return null
}

/** A profile made a moment ago is not known everywhere yet. */
function isYoungProfile({ code, message }: { readonly code: string; readonly message: string }): boolean {
  return code === 'InvalidParameterValue' && /instance ?profile/i.test(message)
}
