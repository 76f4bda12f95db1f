import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
afterEach(() => console_?.close())

const differences = [{ what: 'morning', was: '09:00', will: '07:30', holds: 'atOnce' }]

describe('delling clusters edit', () => {
  it('sends what was named, and null for what is emptied', async () => {
    console_ = await stubConsole({ 'POST /clusters/shop-main/edit': { body: { differences } } })
    const { exit, stdout } = await console_.run(
      'clusters',
      'edit',
      'shop-main',
      '--morning',
      '07:30',
      '--canary',
      '5,25',
      '--empty',
      'alarms,userData,scalingCpu',
      '--deregistration-delay',
      '60',
      '--seen',
      'morning=09:00',
      '--seen',
      'canarySteps=[10]',
    )
    expect([exit, stdout]).toEqual([0, 'morning: 09:00 → 07:30 (at once)\n'])
    expect(JSON.parse(console_.asked[0]?.body ?? '')).toEqual({
      morning: '07:30',
      canarySteps: [5, 25],
      alarms: null,
      userData: null,
      scalingCpu: null,
      deregistrationDelaySec: 60,
      seen: { morning: '09:00', canarySteps: [10] },
    })
  })

  it('with --plan says what would change and asks for nothing', async () => {
    const reply = { body: { differences, warnings: ['Groups that stand keep theirs.'] } }
    console_ = await stubConsole({ 'POST /clusters/shop-main/edit/plan': reply })
    const { stdout } = await console_.run('clusters', 'edit', 'shop-main', '--morning', '07:30', '--plan')
    expect(stdout).toBe(
      'morning: 09:00 → 07:30 (at once)\nMind: Groups that stand keep theirs.\nNothing was changed.\n',
    )
    expect(console_.asked).toHaveLength(1)
  })
})
