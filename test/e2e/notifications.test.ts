import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'
import { approveOperation } from '../../server/engine/approval.js'
import { addChannel, type ChannelParts } from '../../server/engine/channels.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { Deliveries } from '../../server/jobs/deliveries.js'
import { makeSender } from '../../server/outbound/sender.js'
import { PgChannels } from '../../server/store/channels.js'
import { Database } from '../../server/store/database.js'
import { PgOutbox } from '../../server/store/outbox.js'
import { Seal } from '../../server/store/seal.js'
import { notificationKinds } from '../../server/domain/notification.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { startReceiver, type Receiver } from '../support/receiver.js'
import { until } from '../support/until.js'

interface Message {
  readonly type: string
  readonly data: { readonly cluster: string | null; readonly by: string; readonly sentence: string }
}

const name = 'sunrise-main'
const leave = { loopback: true, networks: [] }
let stack: EngineStack
let receiver: Receiver
let database: Database
let deliveries: Deliveries
let channelParts: ChannelParts

beforeAll(async () => {
  stack = await startEngineStack()
  const { clock, store, newId } = stack.parts
  receiver = await startReceiver()
  database = new Database(stack.databaseUrl, (error) => void stack.faults.push(error))
  const seal = new Seal('the secret of all replicas, 32 bytes')
  channelParts = { ...stack.parts, channels: new PgChannels(database, clock, seal), leave }
  deliveries = new Deliveries(
    {
      outbox: new PgOutbox(database, clock, seal),
      sender: makeSender({ leave, publicUrl: 'https://delling.example.com', version: '0' }),
      store,
      newId,
    },
    {
      fault: (_job, error) => void stack.faults.push(error),
      looked: () => undefined,
      givenUp: () => undefined,
    },
  )
  deliveries.start()
})
afterAll(async () => {
  await deliveries.stop()
  await receiver.close()
  await database.close()
  await stack.stop()
})

const messages = () => receiver.received.map(({ body }) => JSON.parse(body) as Message)
const hears = (kind: string) =>
  until(() => messages().some(({ type }) => type === `delling.${kind}`), 30_000, `${kind} is told`)
const told = (kind: string) => messages().find(({ type }) => type === `delling.${kind}`)

/** Takes instances away as AWS might; their group replaces them. */
async function terminate(instanceIds: string[]): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const clients = makeClients({
    region: 'us-east-1',
    endpoint: stack.cloudUrl,
    credentials,
    meter: makeMeter(),
  })
  await clients.writers.ec2.send(new TerminateInstancesCommand({ InstanceIds: instanceIds }))
  clients.close()
}

describe('a day of a cluster, as its team is told', () => {
  it('is baked, begins, waits for a person, switches, loses and regains its warm group, goes back and is destroyed', async () => {
    const { parts, ended } = stack
    await addChannel(channelParts, person, {
      name: 'everything',
      kind: 'webhook',
      url: receiver.url,
      application: null,
      kinds: [...notificationKinds],
    })
    const [first, second] = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
    await hears('baked')
    const created = await createCluster(parts, person, {
      name,
      image: first.name,
      listenerPort: 18_490,
      approvalWithinMin: 30,
    })
    await ended(created.operation.id)
    await hears('switched')
    expect(told('started')?.data).toMatchObject({ cluster: name, by: person.name })

    const deployed = await deploy(parts, person, { cluster: name, image: second.name, reason: 'new prices' })
    await hears('waitingForPerson')
    expect(told('waitingForPerson')?.data).toMatchObject({
      by: person.name,
      reason: 'new prices',
      sentence: expect.stringContaining('A person must approve the switch or decline it.') as string,
    })
    await approveOperation(parts, person, deployed.operation.id, 'looks good')
    await ended(deployed.operation.id)

    const warm = (await clusterView(parts, name, 0)).switchBack
    await terminate((warm?.instances ?? []).map(({ instanceId }) => instanceId))
    await hears('warmUnready')
    await hears('warmReady')

    const back = await switchBack(parts, person, { cluster: name, reason: 'too slow' })
    await ended(back.operation.id)
    await hears('rolledBack')
    expect(told('rolledBack')?.data).toMatchObject({ by: person.name, reason: 'too slow' })

    const gone = await destroyGroup(parts, person, { group: `${name}-v002`, reason: 'seen enough' })
    await ended(gone.operation?.id ?? '')
    await hears('destroyed')
    expect(told('destroyed')?.data).toMatchObject({ group: `${name}-v002`, by: person.name })

    const all = await channelParts.channels.deliveries({ limit: 500 })
    await until(async () =>
      (await channelParts.channels.deliveries({ limit: 500 })).every(({ state }) => state === 'delivered'),
    )
    expect(receiver.received.length).toBe(all.length)
    expect(stack.faults).toEqual([])
  })
})
