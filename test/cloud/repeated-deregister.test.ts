import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeBakeCloud } from '../../server/cloud/bakes.js'
import type { Call } from '../../server/domain/call.js'
import type { BakeCloud } from '../../server/engine/ports.js'
import { startFixture, type LocalCloudFixture } from './local-cloud-fixture.js'

const imageId = 'ami-0123456789abcdef0'
const code = 'InvalidAMIID.Unavailable'
let fixture: LocalCloudFixture
let bakeCloud: BakeCloud

beforeAll(async () => {
  fixture = await startFixture()
  bakeCloud = makeBakeCloud(fixture.clients, () => new Date())
})
afterAll(() => fixture.stop())

/** What EC2's word for an image that it no longer serves means for a call. */
async function meaning(call: Call, action: string): Promise<unknown> {
  await fixture.control('POST', '/faults', { action, kind: 'error', code, status: 400 })
  const signal = AbortSignal.timeout(10_000)
  return bakeCloud.perform(call, () => undefined, signal).catch((error: unknown) => error)
}

describe('an image that EC2 calls unavailable', () => {
  it('is gone for a repeated DeregisterImage, which has reached its end', async () => {
    expect(await meaning({ type: 'DeregisterImage', imageId }, 'DeregisterImage')).toMatchObject({
      code,
      means: 'gone',
    })
  })

  it('stays a refusal for whoever changes it', async () => {
    expect(await meaning({ type: 'RequireImdsV2', imageId }, 'ModifyImageAttribute')).toMatchObject({
      code,
      means: 'refused',
    })
  })
})
