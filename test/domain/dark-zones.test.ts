import { describe, expect, it } from 'vitest'
import { darkZones } from '../../server/domain/dark-zones.js'

const wanted = ['us-east-1a', 'us-east-1b', 'us-east-1c']
const group = (push: number, zones: readonly string[], size = 3) => ({
  name: `shop-main-v00${push}`,
  size,
  zones,
})

describe('a dark zone', () => {
  it('is one in which no group that stands has a healthy instance', () => {
    const lit = ['us-east-1b', 'us-east-1c']
    expect(darkZones([group(5, lit), group(4, lit)], wanted)).toBe(
      'us-east-1a is dark: no instance of v004 and v005 is healthy there.',
    )
    expect(darkZones([group(5, ['us-east-1c'])], wanted)).toBe(
      'us-east-1a and us-east-1b are dark: no instance of v005 is healthy there.',
    )
  })

  it.each([
    ['each has one', [group(5, wanted)]],
    ['another group has one there', [group(5, ['us-east-1b', 'us-east-1c']), group(4, wanted)]],
    ['a group has none anywhere', [group(5, [])]],
    ['it is smaller than its zones', [group(5, ['us-east-1b'], 1)]],
    ['nothing stands', []],
  ])('is none where %s', (_, groups) => {
    expect(darkZones(groups, wanted)).toBeNull()
  })
})
