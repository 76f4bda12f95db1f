import { lengthText } from './length-text.js'
import { sentenceOf } from './rehearsal-sentences.js'
import { knobOf, lengthKnobs, type LocalCloudSeen, type OutOfOrder, type Rehearsal } from './rehearsal.js'

/** A clock that was set differs from the machine's by more than the two readings lie apart. */
const clockToleranceMs = 5000

/** Everything that is out of order now, as it would be ended. */
export function outOfOrder(seen: LocalCloudSeen): readonly OutOfOrder[] {
  const { knobs, faults } = seen
  return [
    ...knobs.zonesOut.map((zone) => lasting(`dark-zone:${zone}`, { act: 'dark-zone', zone })),
    ...knobs.zonesWithoutCapacity.map((zone) => lasting(`no-capacity:${zone}`, { act: 'no-capacity', zone })),
    ...knobs.ailments.map((ailment) => lasting(`ailment:${ailment.of}`, { act: 'ailment', ...ailment })),
    ...lengthKnobs.flatMap((act) => {
      const ms = knobs[knobOf[act]]
      return ms > 0 ? [lasting(act, { act, ms })] : []
    }),
    ...(knobs.throttle ? [lasting('throttle', { act: 'throttle', ...knobs.throttle })] : []),
    ...(knobs.failNextImages > 0
      ? [
          lasting(
            'failing-images',
            { act: 'failing-images', count: knobs.failNextImages },
            'with the last of them',
          ),
        ]
      : []),
    ...faults.map((fault) =>
      lasting(
        `fault:${fault.id}`,
        { act: 'fault', ...fault, times: fault.remaining },
        'after the last of these calls',
      ),
    ),
    ...clockOutOfOrder(seen),
  ]
}

function lasting(key: string, rehearsal: Rehearsal, endsWith: string | null = null): OutOfOrder {
  return { key, sentence: sentenceOf(rehearsal), endsWith }
}

function clockOutOfOrder({ frozen, offsetMs }: LocalCloudSeen): OutOfOrder[] {
  if (!frozen && Math.abs(offsetMs) < clockToleranceMs) return []
  const hours = offsetMs / 3_600_000
  const where =
    Math.abs(offsetMs) < clockToleranceMs
      ? 'The local cloud’s clock'
      : `The local cloud’s clock is ${lengthText(Math.abs(offsetMs))} ${hours > 0 ? 'ahead of' : 'behind'} the machine’s`
  const sentence = !frozen
    ? `${where}.`
    : where.includes(' is ')
      ? `${where}, and stands still.`
      : `${where} stands still.`
  return [{ key: 'clock', sentence, endsWith: null }]
}
