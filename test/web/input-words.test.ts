import { describe, expect, it } from 'vitest'
import type { ZodType } from 'zod'
import { fieldWords } from '../../server/domain/field-words.js'
import { Refusal } from '../../server/domain/refusal.js'
import { grantInput, tokenInput } from '../../server/web/inputs/access.js'
import { applicationInput } from '../../server/web/inputs/application.js'
import { bakeInput } from '../../server/web/inputs/bake.js'
import { channelInput } from '../../server/web/inputs/channel.js'
import { clusterInput } from '../../server/web/inputs/cluster.js'
import { clusterEditInput } from '../../server/web/inputs/cluster-edit.js'
import { keepInput, resizeInput } from '../../server/web/inputs/group.js'
import { holdInput, windowInput } from '../../server/web/inputs/hold.js'
import { parse } from '../../server/web/inputs/parse.js'

function refused(schema: ZodType, value: unknown): string {
  try {
    parse(schema, value)
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
  throw new Error('it was taken')
}

const cluster = { name: 'shop-main', image: 'shop-1' }

describe('what is said of a value that can’t be one', () => {
  it.each<[ZodType, object, string]>([
    [clusterInput, { ...cluster, port: 70_000 }, 'Port: A port is a whole number from 1 to 65,535.'],
    [clusterInput, { ...cluster, port: 80.5 }, 'Port: A port is a whole number from 1 to 65,535.'],
    [clusterInput, { ...cluster, maxWarm: 9 }, 'The number of warm groups is a whole number from 1 to 3.'],
    [clusterInput, { ...cluster, canaryHoldSec: 1 }, 'The hold is a whole number from 5 to 86,400.'],
    [clusterInput, { ...cluster, approvalWithinMin: -3 }, 'a whole number from 1 to 1,440.'],
    [resizeInput, { max: 6000 }, 'Largest size: The largest size is a whole number from 0 to 500.'],
    [
      clusterInput,
      { ...cluster, environment: { 'FOO BAR': 'x' } },
      'Environment, FOO BAR: A variable’s name has letters',
    ],
    [
      clusterInput,
      { ...cluster, environment: { FOO: null } },
      'Environment, FOO: Write each variable as NAME=value.',
    ],
    [applicationInput, { name: 'shop', owner: 'x'.repeat(121) }, 'Owner: It has at most 120 characters.'],
    [applicationInput, { name: 'shop' }, 'Owner: It is missing.'],
    [applicationInput, { name: 'shop', owner: 5 }, 'Owner: It must be text.'],
    [bakeInput, { application: 'shop', version: '1', package: { sha256: 'a'.repeat(64) } }, 'It is missing.'],
    [channelInput, { name: 'x', kind: 'slack', url: 'https://x', kinds: ['nope'] }, 'Told of: Choose among'],
    [
      holdInput,
      { scope: 'all', reason: 'r', hours: 1, owner: 'x'.repeat(300) },
      'It has at most 200 characters.',
    ],
    [
      windowInput,
      { scope: 'all', name: 'n', reason: 'r', days: ['mon'], from: '09:00' },
      'To: Say until when',
    ],
    [keepInput, { hours: 10_000, why: 'w' }, 'Hours: It is kept for 8,760 hours at most'],
    [tokenInput, { label: 'x', days: 0 }, 'Days: The number of days is a whole number from 1 to 365.'],
    [grantInput, { name: 'x', role: 'viewer', why: 'w'.repeat(600) }, 'Why: It has at most 500 characters.'],
    [clusterEditInput, { colour: 'red' }, 'Colour: There is no field of this name.'],
    [clusterEditInput, { securityGroups: 'sg-1' }, 'Security groups: It must be a list.'],
  ])('names the field and what it may be (%#)', (schema, value, sentence) => {
    expect(refused(schema, value)).toContain(sentence)
  })

  it('is never the validator’s own sentence, whatever is sent', () => {
    const values = [null, 5, 'x', '', true, [], {}, [5], { a: 1 }, -1, 1e9, 'x'.repeat(20_000), ['']]
    const schemas: readonly { shape: object }[] = [
      clusterInput,
      applicationInput,
      bakeInput,
      channelInput,
      windowInput,
    ]
    for (const schema of schemas)
      for (const name of Object.keys(schema.shape))
        for (const value of values) {
          let said = ''
          try {
            parse(schema as unknown as ZodType, { [name]: value })
          } catch (error) {
            said = (error as Error).message
          }
          expect(said).not.toMatch(
            /Invalid (input|key|option|string)|Too (big|small)|expected|received|record/,
          )
        }
  })
})

describe('the words for a field', () => {
  it.each([
    ['healthPath', 'Health path'],
    ['kinds.0', 'Told of'],
    ['environment.FOO BAR', 'Environment, FOO BAR'],
    ['smokeTestPath', 'Test path'],
    ['subnets.2', 'Subnets'],
  ])('%s is “%s”', (field, words) => {
    expect(fieldWords(field)).toBe(words)
  })
})
