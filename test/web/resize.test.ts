import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const live = 'account-web-v117'

let world: FakeWorld
let agent: SignedIn['agent']
let bearer: SignedIn['bearer']
let app: SignedIn['app']
beforeEach(async () => {
  world = demoWorld()
  ;({ agent, bearer, app } = await signedInConsole(world))
})

const api = (path: string, body: object) => request(app).post(`/api/v1${path}`).set(bearer).send(body)
const send = (name: string, fields: object) =>
  agent.post(`/groups/${name}/resize`).type('form').set(ours).send(fields)
const resizes = () => world.states.get('account-web')!.operations.filter(({ kind }) => kind === 'resize')
const sizeOf = (name: string) =>
  world.states.get('account-web')!.groups.find((group) => group.name === name)!.size

describe('a resize by the API', () => {
  it('is planned in exact calls that never send the desired capacity, and changes nothing', async () => {
    const { min, max } = sizeOf(live)
    const answer = await api(`/groups/${live}/resize/plan`, { min: max + 1 }).expect(200)
    const { plan, differences } = answer.body as {
      plan: { api: string; what: string }[]
      differences: object[]
    }
    expect(plan.map((call) => call.api)).toEqual(['Auto Scaling UpdateAutoScalingGroup', 'wait'])
    expect(differences).toContainEqual({ what: 'MinSize', was: String(min), will: String(max + 1) })
    expect(resizes()).toEqual([])
  })

  it('is recorded with who and why, once for a group at a time', async () => {
    const { max } = sizeOf(live)
    const answer = await api(`/groups/${live}/resize`, {
      size: max + 1,
      reason: 'a sale',
    }).expect(202)
    expect(answer.body).toMatchObject({
      operation: { kind: 'resize', to: live, why: 'a sale', ended: false },
    })
    expect(world.log.at(-1)).toMatchObject({ actor: { name: 'Ada' }, type: 'Requested' })
    expect(world.log.at(-1)?.sentence).toContain(`Resize of v117 to ${max + 1}`)
    await api(`/groups/${live}/resize`, { size: max + 2 }).expect(409)
    expect(resizes()).toHaveLength(1)
  })

  it('is refused by name where it would terminate what carries traffic, or asks for nothing (P2, P9)', async () => {
    const seen = world.observed.get('account-web')!
    const group = seen.groups.get(live)!
    const grown = { ...group, autoScaling: { ...group.autoScaling!, desired: 5 } }
    world.observed.set('account-web', { ...seen, groups: new Map(seen.groups).set(live, grown) })
    const tooSmall = await api(`/groups/${live}/resize`, { min: 3, max: 3 }).expect(409)
    expect((tooSmall.body as { detail: string }).detail).toMatch(/account-web-v117 carries the traffic/)
    await api(`/groups/${live}/resize`, {}).expect(400)
    await api(`/groups/${live}/resize`, { size: 2 }).expect(400)
    await api(`/groups/${live}/resize`, { desired: 5 }).expect(400)
    await api('/groups/account-web-v999/resize', { size: 5 }).expect(404)
    expect(resizes()).toEqual([])
  })
})

describe('the form of a resize', () => {
  it('shows the traffic that the group carries, and is offered on the page of its cluster', async () => {
    expect((await agent.get('/clusters/account-web').expect(200)).text).toContain(`/groups/${live}/resize`)
    const html = (await agent.get(`/groups/${live}/resize`).expect(200)).text
    expect(html).toContain('v117 carries 100 % of the traffic')
    expect(html).toContain(`Resize v117`)
  })

  it('raises bounds at once, and lowers them only with the name typed', async () => {
    const { min, max } = sizeOf(live)
    const lower = await send(live, { min: String(min), max: String(max - 1) }).expect(400)
    expect(lower.text).toContain(`Type “${live}” to lower its bounds`)
    expect(lower.text).toContain(`value="${max - 1}"`)
    expect(resizes()).toEqual([])
    const { headers } = await send(live, { min: String(min), max: String(max + 3) }).expect(303)
    expect(headers.location).toBe(`/operations/${resizes()[0]!.id}`)
    const html = (await agent.get(headers.location as string).expect(200)).text
    expect(html).toContain(`Resize ${live}`)
  })

  it('shows the plan in exact calls before anything is done, and what stands in its way', async () => {
    const { min, max } = sizeOf(live)
    const plan = await send(live, { min: String(max + 1), max: String(max + 2), do: 'plan' }).expect(200)
    expect(plan.text).toContain('Auto Scaling UpdateAutoScalingGroup')
    expect(plan.text).toContain(`MinSize ${max + 1}, MaxSize ${max + 2} of v117`)
    expect(plan.text).toMatch(new RegExp(`<del>${min}</del>.*<ins>${max + 1}</ins>`))
    expect(plan.text).toContain(`resize ${live} --min ${max + 1} --max ${max + 2} --plan`)
    const lowered = await send(live, { min: String(min), max: String(max - 1), do: 'plan' }).expect(200)
    expect(lowered.text).toContain('Auto Scaling SuspendProcesses')
    const same = await send(live, { min: String(min), max: String(max), do: 'plan' }).expect(409)
    expect(same.text).toContain(`v117 has the bounds ${min} to ${max} already`)
    expect(same.text).not.toContain('UpdateAutoScalingGroup')
    expect(resizes()).toEqual([])
  })

  it('names a hold with the plan that it stands in the way of', async () => {
    await api('/holds', { scope: 'cluster:account-web', reason: 'a sale', hours: 1 }).expect(201)
    const { max } = sizeOf(live)
    const lowered = await send(live, { max: String(max - 1), do: 'plan' }).expect(200)
    expect(lowered.text).toContain('Why it can’t wait')
    expect(lowered.text).toContain('a sale')
    const grown = await send(live, { max: String(max + 1), do: 'plan' }).expect(200)
    expect(grown.text).not.toContain('Why it can’t wait')
  })

  it('keeps what was typed beside a size that can’t be', async () => {
    const { text } = await send(live, { min: '11', max: '10' }).expect(400)
    expect(text).toContain('The largest size (10) is below the smallest (11).')
    expect(text).toContain('value="11"')
  })
})
