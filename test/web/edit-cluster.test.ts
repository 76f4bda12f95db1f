import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { editable, inputOf } from '../../server/engine/edit-cluster.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { formIn } from '../support/form-in.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const name = 'account-web'

let world: FakeWorld
let agent: SignedIn['agent']
let bearer: SignedIn['bearer']
let app: SignedIn['app']
beforeEach(async () => {
  world = demoWorld()
  ;({ agent, bearer, app } = await signedInConsole(world))
})

const api = (path: string, body: object) => request(app).post(`/api/v1${path}`).set(bearer).send(body)
const cluster = () => world.states.get(name)!.cluster
const edits = () => world.log.filter(({ type }) => type === 'ClusterEdited')

describe('an edit by the API', () => {
  it('changes what is named and nothing else, and says what it was', async () => {
    const before = cluster()
    const answer = await api(`/clusters/${name}/edit`, {
      morning: '06:15',
      canarySteps: [5, 25],
      reason: 'earlier shift',
    }).expect(200)
    expect(answer.body).toEqual({
      cluster: name,
      differences: expect.arrayContaining([
        { what: 'morning', label: 'Morning', was: before.policy.morning, will: '06:15', holds: 'atOnce' },
        { what: 'canarySteps', label: 'Canary steps', was: 'nothing', will: '5, 25', holds: 'atOnce' },
      ]) as unknown,
    })
    expect(cluster().policy).toMatchObject({
      morning: '06:15',
      timeZone: before.policy.timeZone,
      canary: { steps: [5, 25], holdMs: 300_000, minRequests: 20, unsure: 'wait' },
    })
    expect(cluster().settings).toEqual(before.settings)
    expect(edits()).toMatchObject([{ actor: { name: 'Ada' }, cluster: name }])
    expect(edits()[0]?.sentence).toContain('earlier shift')
    expect(edits()[0]?.sentence).toContain('If a canary can’t be judged')
    expect(edits()[0]?.sentence).not.toMatch(/canary[A-Z]/)
  })

  it('is planned without a trace, and says what waits for the next launch', async () => {
    const before = cluster()
    const body = { environment: { MODE: 'new' } }
    const answer = await api(`/clusters/${name}/edit/plan`, body).expect(200)
    expect(answer.body).toMatchObject({
      differences: [{ what: 'environment', will: 'MODE=new', holds: 'nextLaunch' }],
      warnings: [expect.stringContaining('the next one gets it')],
    })
    expect(cluster()).toEqual(before)
    expect(edits()).toEqual([])
  })

  it('shows and records no value of what sounds like a secret', async () => {
    const body = {
      environment: { DB_PASSWORD: 'hunter2', MODE: 'new' },
      userData: '#!/bin/sh\nexport API_TOKEN=hunter3\n',
    }
    const answer = await api(`/clusters/${name}/edit`, body).expect(200)
    expect(cluster().settings.environment.DB_PASSWORD).toBe('hunter2')
    const told = JSON.stringify([answer.body, edits()])
    expect(told).toContain('MODE=new')
    expect(told).toMatch(/DB_PASSWORD=\(hidden, \w+\)/)
    expect(told).not.toMatch(/hunter[23]/)
  })

  it('empties with null, and takes what belongs to a canary along with it', async () => {
    await api(`/clusters/${name}/edit`, { canarySteps: [10], canaryUnsure: 'goBack' }).expect(200)
    await api(`/clusters/${name}/edit`, { canarySteps: null }).expect(200)
    expect(cluster().policy.canary).toBeNull()
  })

  it('of scaling and draining leaves the groups that stand to what they were made with', async () => {
    const was = cluster().settings
    const launched = { scaling: was.scaling, deregistrationDelaySec: was.deregistrationDelaySec }
    const answer = await api(`/clusters/${name}/edit`, { scalingCpu: 55, deregistrationDelaySec: 90 })
    expect(answer.body).toMatchObject({
      differences: [
        { what: 'scalingCpu', was: 'nothing', will: '55', holds: 'nextLaunch' },
        { what: 'deregistrationDelaySec', was: '30', will: '90', holds: 'nextLaunch' },
      ],
    })
    expect(cluster().settings).toEqual({
      ...was,
      scaling: { metric: 'cpu', targetPercent: 55 },
      deregistrationDelaySec: 90,
    })
    const { groups } = world.states.get(name)!
    expect(groups.map(({ launchedWith }) => launchedWith)).toEqual(groups.map(() => launched))
    await api(`/clusters/${name}/edit`, { scalingCpu: null, deregistrationDelaySec: null }).expect(200)
    expect(cluster().settings).toMatchObject({ scaling: null, deregistrationDelaySec: 300 })
    expect(world.states.get(name)!.groups.map(({ launchedWith }) => launchedWith)).toEqual(
      groups.map(() => launched),
    )
  })

  it('that changes nothing writes nothing', async () => {
    const same = { morning: cluster().policy.morning }
    expect((await api(`/clusters/${name}/edit`, same).expect(200)).body).toMatchObject({ differences: [] })
    expect(edits()).toEqual([])
  })

  it('refuses what a new cluster would be refused, by field, and changes nothing (P6, P9)', async () => {
    const before = cluster()
    const faultOf = async (body: object) =>
      ((await api(`/clusters/${name}/edit`, body).expect(400)).body as { faults: { field: string }[] })
        .faults[0]?.field
    expect(await faultOf({ morning: '25:00' })).toBe('morning')
    expect(await faultOf({ healthTimeoutSec: 100 })).toBe('healthTimeoutSec')
    expect(await faultOf({ subnets: [cluster().settings.subnets[0]!.subnetId] })).toBe('zones')
    expect(await faultOf({ subnets: [] })).toBe('subnets')
    expect(await faultOf({ canaryHoldSec: 60 })).toBe('canaryHoldSec')
    expect(await faultOf({ scalingCpu: 0 })).toBe('scalingCpu')
    expect(await faultOf({ deregistrationDelaySec: 3601 })).toBe('deregistrationDelaySec')
    expect(await faultOf({ size: 9 })).toBe('size')
    expect(await faultOf({ vpc: 'vpc-1' })).toBe('vpc')
    await api('/clusters/nobody-web/edit', { morning: '06:00' }).expect(404)
    expect(cluster()).toEqual(before)
  })

  it('waits for a deployment that reads the settings', async () => {
    const busy = [...world.states.values()].find((state) =>
      state.operations.some((each) => each.kind === 'deploy' && each.phase !== 'waiting'),
    )!
    const answer = await api(`/clusters/${busy.cluster.name}/edit`, { morning: '06:00' }).expect(409)
    expect((answer.body as { detail: string }).detail).toContain('is running and reads the settings')
  })
})

describe('the form of an edit', () => {
  it('shows what is there, and saving it untouched changes nothing', async () => {
    expect((await agent.get(`/clusters/${name}`).expect(200)).text).toContain(`/clusters/${name}/edit`)
    const html = (await agent.get(`/clusters/${name}/edit`).expect(200)).text
    expect(html).toContain('What stays')
    expect(html).toContain('/groups/account-web-v117/resize')
    const before = inputOf(cluster())
    const fields = [...html.matchAll(/ name="([A-Za-z]+)"/g)].map(([, field]) => field)
    expect(fields).toEqual(expect.arrayContaining([...editable]))
    await agent
      .post(`/clusters/${name}/edit`)
      .type('form')
      .set(ours)
      .send({ ...formIn(html), do: 'save' })
      .expect(303)
    expect(inputOf(cluster())).toEqual(before)
    expect(edits()).toEqual([])
  })

  it('shows what would change before it is saved, and keeps what was typed where it is wrong', async () => {
    const html = (await agent.get(`/clusters/${name}/edit`)).text
    const typed = { ...formIn(html), morning: '05:45', do: 'plan' }
    const shown = await agent.post(`/clusters/${name}/edit`).type('form').set(ours).send(typed).expect(200)
    expect(shown.text).toMatch(/<ins>.*05:45/s)
    expect(shown.text).toContain('at once')
    expect(cluster().policy.morning).not.toBe('05:45')
    const wrong = { ...typed, healthPath: 'no-slash', do: 'save' }
    const refused = await agent.post(`/clusters/${name}/edit`).type('form').set(ours).send(wrong).expect(400)
    expect(refused.text).toContain('value="no-slash"')
    expect(cluster().policy.morning).not.toBe('05:45')
  })

  it('is refused where it was made from settings that are others by now, and saves once they were seen', async () => {
    const form = formIn((await agent.get(`/clusters/${name}/edit`)).text)
    await api(`/clusters/${name}/edit`, { morning: '05:15', matcher: '200-299' }).expect(200)
    const post = (body: object) =>
      agent
        .post(`/clusters/${name}/edit`)
        .type('form')
        .set(ours)
        .send({ ...body, do: 'save' })
    const refused = await post({ ...form, morning: '06:45', maxWarm: '1' }).expect(409)
    expect(refused.text).toContain('Somebody else edited account-web meanwhile (Healthy answers')
    const again = formIn(refused.text)
    expect(again).toMatchObject({ morning: '06:45', maxWarm: '1', matcher: '200-299' })
    expect(cluster().policy.morning).toBe('05:15')
    await post(again).expect(303)
    expect(cluster().policy).toMatchObject({ morning: '06:45', maxWarm: 1 })
    expect(cluster().settings.healthCheck.matcher).toBe('200-299')
  })

  it('by the API is held to what was seen of the fields that it names', async () => {
    const { morning } = inputOf(cluster())
    await api(`/clusters/${name}/edit`, { morning: '05:15', seen: { morning } }).expect(200)
    const answer = await api(`/clusters/${name}/edit`, { morning: '06:15', seen: { morning } }).expect(409)
    expect(answer.body).toMatchObject({ code: 'EditedMeanwhile', faults: [{ field: 'morning' }] })
    expect(cluster().policy.morning).toBe('05:15')
  })
})
