import { describe, expect, it } from 'vitest'
import type { Operation } from '../../server/domain/operation.js'
import { withDates } from '../../server/store/dates-in-json.js'
import { at, operation } from '../support/build.js'

describe('a recorded operation', () => {
  it('is read back with every moment of its canary as a moment', () => {
    const canary = { step: 1, since: at, sent: true, reachedAt: at, carriesSince: at, unsure: null }
    const recorded: Operation = operation({ phase: 'canary', canary, passed: [] })
    expect(withDates(JSON.parse(JSON.stringify(recorded)))).toEqual(recorded)
  })
})
