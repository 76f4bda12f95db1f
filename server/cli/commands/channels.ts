import type { Command } from 'commander'
import { given, listOf } from '../flags.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

interface ChannelDocument {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly url: string
  readonly application: string | null
  readonly kinds: readonly string[]
  readonly enabled: boolean
  readonly offBecause: string | null
}

interface DeliveryDocument {
  readonly id: string
  readonly channel: string
  readonly notification: { readonly title: string }
  readonly state: string
  readonly tries: number
  readonly createdAt: string
  readonly nextTryAt: string | null
  readonly lastAnswer: string | null
}

const pathOf = (name = '') => `/channels/${encodeURIComponent(name)}`

/** Who is told what happens, and whether it arrived. */
export function channelVerbs(program: Command, face: Face): void {
  const group = program.command('channels').description('who is told what happens: webhooks and Slack')
  listAndAdd(group, face)
  testAndSwitch(group, face)
  whatWasSent(group, face)
}

function listAndAdd(group: Command, face: Face): void {
  verb(group, face, 'list', 'every channel', async ({ api, output }) => {
    const { channels } = await api.get<{ channels: ChannelDocument[] }>('/channels')
    const rows = channels.map((channel) => [
      channel.name,
      channel.kind,
      channel.url,
      channel.application ?? 'all',
      channel.enabled ? 'on' : `off: ${channel.offBecause ?? ''}`,
      channel.kinds.join(','),
    ])
    output.result(
      { channels },
      rows.length > 0
        ? table(['name', 'kind', 'address', 'application', 'state', 'is told of'], rows)
        : 'Nobody is told: there are no channels. Add one: npx delling channels add <name> --kind slack --to https://…',
    )
  })

  verb(group, face, 'add <name>', 'add a channel', async ({ api, output, flags, args: [name] }) => {
    const channel = await api.post<ChannelDocument & { secret: string | null }>('/channels', {
      name,
      ...given(flags, ['kind', 'application', 'kinds']),
      url: flags.to,
    })
    const secret = channel.secret && `Its signing secret, shown this once: ${channel.secret}`
    output.result(channel, [
      `Added ${channel.name}: ${channel.kind} to ${channel.url}.`,
      ...(secret ? [secret] : []),
    ])
  })
    .requiredOption('--kind <kind>', 'webhook (signed JSON) or slack (a message)')
    .requiredOption('--to <address>', 'where to send: https://…')
    .option('--application <name>', 'tell it of this one alone (default: of all)')
    .option(
      '--kinds <list>',
      'tell it of these alone, with commas, such as switched,rolledBack,halted',
      listOf,
    )
}

function testAndSwitch(group: Command, face: Face): void {
  verb(group, face, 'test <name>', 'send a test message', async ({ api, output, args: [name] }) => {
    const delivery = await api.post<DeliveryDocument>(`${pathOf(name)}/test`, {})
    output.result(
      delivery,
      `A test message is on its way; delling channels deliveries ${name} says what came of it.`,
    )
  })

  for (const [word, says] of [
    ['on', 'tell it again'],
    ['off', 'stop telling it; what waits is given up'],
  ] as const)
    verb(group, face, `${word} <name>`, says, async ({ api, output, args: [name] }) => {
      const channel = await api.post<ChannelDocument>(`${pathOf(name)}/${word}`, {})
      output.result(channel, `${channel.name} is ${word}.`)
    })

  verb(group, face, 'remove <name>', 'remove a channel and what was sent through it', async (task) => {
    const { api, output, args } = task
    const removed = await api.post<{ name: string }>(`${pathOf(args[0])}/remove`, {})
    output.result(removed, `Removed ${removed.name}.`)
  })
}

function whatWasSent(group: Command, face: Face): void {
  verb(
    group,
    face,
    'deliveries [name]',
    'what was sent, newest first',
    async ({ api, output, flags, args }) => {
      const query = new URLSearchParams({
        ...(args[0] !== undefined && { channel: args[0] }),
        ...(given(flags, ['state']) as Record<string, string>),
      })
      const { deliveries } = await api.get<{ deliveries: DeliveryDocument[] }>(
        `/deliveries?${query.toString()}`,
      )
      const rows = deliveries.map((delivery) => [
        delivery.id,
        shortTime(delivery.createdAt),
        delivery.notification.title,
        delivery.state,
        delivery.tries,
        delivery.nextTryAt && shortTime(delivery.nextTryAt),
        delivery.lastAnswer,
      ])
      output.result(
        { deliveries },
        table(['id', 'when', 'what', 'state', 'tries', 'next try', 'last answer'], rows),
      )
    },
  ).option('--state <state>', 'waiting, delivered or givenUp')

  verb(
    group,
    face,
    'retry <delivery>',
    'try a delivery again at once',
    async ({ api, output, args: [id = ''] }) => {
      const delivery = await api.post<DeliveryDocument>(`/deliveries/${encodeURIComponent(id)}/retry`, {})
      output.result(delivery, `“${delivery.notification.title}” is tried again.`)
    },
  )
}
