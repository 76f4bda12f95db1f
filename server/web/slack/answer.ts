import { randomInt } from 'node:crypto'
import type { Person } from '../../domain/access.js'
import { recordedLive } from '../../domain/cluster-state.js'
import { pushLabel } from '../../domain/names.js'
import type { Actor } from '../../domain/operation.js'
import { Refusal } from '../../domain/refusal.js'
import { slackEscaped } from '../../domain/slack-message.js'
import type { Deps } from '../deps.js'
import { judge } from '../guard/admit.js'
import { commandOf, type SlashCommand } from './command.js'

/** An answer as Slack takes it. Only what changed something is said to everybody in the room. */
export interface SlackAnswer {
  readonly response_type: 'ephemeral' | 'in_channel'
  readonly text: string
}

const confirmMs = 2 * 60_000
const shownRows = 10
const seenMaxAgeMs = 5000
/** Without letters and digits that look like others. */
const codeLetters = 'abcdefghjkmnpqrstuvwxyz23456789'

const whisper = (text: string): SlackAnswer => ({ response_type: 'ephemeral', text })

/** Carries a command out for somebody who is known. Throws what the engine throws. */
export async function answerCommand(deps: Deps, person: Person, asked: SlashCommand): Promise<SlackAnswer> {
  const command = commandOf(asked.text)
  const actor: Actor = { name: person.name, via: 'slack' }
  await refuseUnlessMay(deps, person, actor, command)
  switch (command.verb) {
    case 'help':
      return whisper(helpText(asked.name))
    case 'unknown':
      return whisper(
        `There is no command “${slackEscaped(command.said)}”. Nothing was changed.\n${helpText(asked.name)}`,
      )
    case 'status':
      return whisper(await (command.cluster ? statusOf(deps, command.cluster) : statusOfAll(deps)))
    case 'history':
      return whisper(await history(deps, command.cluster))
    case 'hold':
      return hold(deps, actor, command)
    case 'rollback':
      return command.code === null
        ? askToConfirm(deps, asked, command.cluster)
        : rollBack(deps, actor, asked, { cluster: command.cluster, code: command.code })
  }
}

function helpText(name: string): string {
  return [
    `\`${name} status [cluster]\` says what is live and what is going on`,
    `\`${name} history [cluster]\` says what happened last`,
    `\`${name} hold CLUSTER WHY\` lets no deployment start there until the hold is taken back`,
    `\`${name} rollback CLUSTER\` sends the traffic back; it asks you to confirm`,
  ].join('\n')
}

async function statusOfAll({ engine, publicUrl }: Deps): Promise<string> {
  const clusters = await engine.clusterSummaries()
  if (clusters.length === 0) return 'There is no cluster yet.'
  return clusters
    .map(({ name, sentence, version, needsPerson, active }) => {
      const going = active ? ` A ${active.kind} is ${active.phase}.` : ''
      const person = needsPerson ? ` *Needs a person*: ${slackEscaped(needsPerson)}` : ''
      const what = sentence
        ? `${slackEscaped(sentence)}${version ? ` (${slackEscaped(version)})` : ''}.`
        : 'no traffic yet.'
      return `${linked(publicUrl, name)}: ${what}${going}${person}`
    })
    .join('\n')
}

async function statusOf({ engine, publicUrl }: Deps, cluster: string): Promise<string> {
  const view = await engine.clusterView(cluster, seenMaxAgeMs)
  const groups = view.groups.map(
    ({ group, state, share, healthy, size }) =>
      `• ${pushLabel(group.name)} ${state}, ${share} % of the traffic, ${healthy} of ${size} healthy, ${slackEscaped(group.image.version)}`,
  )
  return [
    `${linked(publicUrl, cluster)}: ${slackEscaped(view.sentence)}`,
    ...groups,
    ...(view.fault ? [`AWS could not be looked at: ${slackEscaped(view.fault)}`] : []),
  ].join('\n')
}

async function history({ parts, publicUrl }: Deps, cluster: string | null): Promise<string> {
  if (cluster && !(await parts.history.clusterState(cluster))) throw unknownCluster(cluster)
  const rows = await parts.history.logLines({ ...(cluster && { cluster }), limit: shownRows })
  if (rows.length === 0) return 'Nothing has happened yet.'
  const lines = rows.map(({ at, cluster: of, application, sentence, actor }) => {
    const unix = Math.floor(at.getTime() / 1000)
    const when = `<!date^${unix}^{date_short_pretty} {time}|${at.toISOString().slice(0, 16).replace('T', ' ')} UTC>`
    const subject = cluster ? '' : `${slackEscaped(of ?? application ?? 'Delling')}: `
    return `${when} ${subject}${slackEscaped(sentence)} (${slackEscaped(actor.name)})`
  })
  const query = cluster ? `?cluster=${encodeURIComponent(cluster)}` : ''
  return [...lines, `<${publicUrl}/log${query}|All of it>`].join('\n')
}

/** Stands until somebody takes it back: whoever is in a hurry in a chat has no time to look up when. */
async function hold(
  deps: Deps,
  actor: Actor,
  { cluster, reason }: { cluster: string; reason: string },
): Promise<SlackAnswer> {
  if (!(await deps.parts.history.clusterState(cluster))) throw unknownCluster(cluster)
  await deps.engine.placeHold(actor, { kind: 'hold', scope: `cluster:${cluster}`, reason })
  return {
    response_type: 'in_channel',
    text: `${slackEscaped(actor.name)} puts ${linked(deps.publicUrl, cluster)} on hold: ${slackEscaped(reason)} <${deps.publicUrl}/holds|Take it back>`,
  }
}

/** Shows what the console's page of a roll back shows, and gives out the one code that carries it out. */
async function askToConfirm(deps: Deps, asked: SlashCommand, cluster: string): Promise<SlackAnswer> {
  const plan = await deps.engine.planSwitchBack({ cluster })
  const code = Array.from({ length: 6 }, () => codeLetters[randomInt(codeLetters.length)]).join('')
  const { from, to } = plan
  await deps.slack.confirmations.ask({ user: asked.user, cluster, from, to }, code, confirmMs)
  return whisper(
    [
      `Rolling back ${linked(deps.publicUrl, cluster)} sends all traffic from ${pushLabel(from)} to ${pushLabel(to)}. ${slackEscaped(plan.readiness.sentence)}`,
      ...plan.warnings.map((warning) => `Mind: ${slackEscaped(warning)}`),
      `It ends with: ${slackEscaped(plan.ends)}.`,
      `To do it, send within 2 minutes: \`${asked.name} rollback ${cluster} confirm ${code}\``,
    ].join('\n'),
  )
}

/** What the console's button does, with who and from where in the audit trail. */
async function rollBack(
  deps: Deps,
  actor: Actor,
  asked: SlashCommand,
  { cluster, code }: { cluster: string; code: string },
): Promise<SlackAnswer> {
  const confirmed = await deps.slack.confirmations.redeem(asked.user, cluster, code)
  if (!confirmed)
    throw new Refusal(
      'NotConfirmed',
      `This confirmation is not yours, was used, or is older than 2 minutes. Nothing was changed; ask again with ${asked.name} rollback ${cluster}.`,
    )
  const state = await deps.parts.history.clusterState(cluster)
  if (!state || recordedLive(state)?.name !== confirmed.from)
    throw new Refusal(
      'TrafficMoved',
      `The traffic of ${cluster} has moved since you asked. Nothing was changed; ask again with ${asked.name} rollback ${cluster}.`,
    )
  const { operation } = await deps.engine.switchBack(actor, {
    cluster,
    to: confirmed.to,
    reason: 'via Slack',
    markBad: true,
  })
  return {
    response_type: 'in_channel',
    text: `${slackEscaped(actor.name)} rolls ${linked(deps.publicUrl, cluster)} back to ${pushLabel(confirmed.to)}. <${deps.publicUrl}/operations/${operation.id}|Follow it>`,
  }
}

function linked(publicUrl: string, cluster: string): string {
  return `<${publicUrl}/clusters/${encodeURIComponent(cluster)}|${slackEscaped(cluster)}>`
}

function unknownCluster(cluster: string): Refusal {
  return new Refusal('UnknownCluster', `There is no cluster ${cluster}. Nothing was changed.`, 'notFound')
}

const actionOf = { status: 'see', history: 'see', hold: 'hold', rollback: 'switchBack' } as const

/** The same rights as in the console: what may not be seen is not there, and a refusal is in the audit trail. */
async function refuseUnlessMay(
  { parts, accessLog }: Deps,
  person: Person,
  actor: Actor,
  command: ReturnType<typeof commandOf>,
): Promise<void> {
  if (!('cluster' in command)) return
  const action = actionOf[command.verb]
  const about = command.cluster === null ? 'anything' : 'cluster'
  const { reason } = await judge(person, { action, about }, command.cluster ?? '', parts.history)
  if (reason !== null) await accessLog.refuse(actor, reason)
}
