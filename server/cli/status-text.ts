import type { Output } from './output.js'
import type { GroupDocument, StatusDocument } from './operations.js'
import { kindWords, stateWords, waitWords, waysOn, type Standing } from './operation-state.js'
import { shortTime } from './short-time.js'
import { table } from './table.js'

export function showStatus(output: Output, status: StatusDocument): void {
  output.result(status, statusText(status))
}

/** The cluster in a line, what runs and what needs a person, and its groups as a table. */
export function statusText(status: StatusDocument): readonly string[] {
  const {
    cluster,
    statement,
    url,
    operation,
    queue = [],
    queueStands = null,
    needsPerson,
    onHold = null,
    serverGroups,
    differences = [],
  } = status
  if (status.retired) return retiredText(cluster, status.retired.givenBack, status.sentence ?? statement)
  const open = differences.filter((each) => each.leftBy === null)
  const rows = serverGroups.map((group) => [
    group.name,
    group.state,
    `${group.share} %`,
    group.version,
    `${group.healthy} of ${group.size}`,
    group.zones.length,
    keptText(group),
  ])
  return [
    `${cluster}: ${statement}${url === null ? '' : `, ${url}`}`,
    ...(operation === null ? [] : standingLines('Running', operation)),
    ...queue.flatMap((each) => standingLines('Queued', each)),
    ...(queueStands === null
      ? []
      : [`The queue stands still: ${queueStands}. Let it go on: npx delling resume-queue ${cluster}`]),
    ...(needsPerson === null ? [] : [`Needs a person: ${needsPerson}`]),
    ...(onHold === null ? [] : [`On hold: ${onHold}`]),
    ...open.map((each) => `Differs: ${each.what}: expected ${each.expected}; there is ${each.found}`),
    ...(open.length > 0 ? [`The ways out: npx delling drift ${cluster}`] : []),
    ...table(['group', 'state', 'traffic', 'version', 'healthy', 'zones', ''], rows),
  ]
}

/** Nothing runs in it any more: since when, by whom, and how one begins anew. */
function retiredText(cluster: string, givenBack: boolean, sentence: string): readonly string[] {
  return [
    `${cluster}: ${givenBack ? 'given back' : 'retired'}. ${sentence}`,
    givenBack
      ? `Adopt it again: npx delling adopt ${cluster} --plan`
      : `Create it again: npx delling clusters create ${cluster} --image …`,
    `What happened: npx delling operations list --cluster ${cluster}`,
  ]
}

/** What it is, where it stands, what it waits for; below it the commands that let it go on. */
function standingLines(word: string, operation: Standing): readonly string[] {
  const { id, kind } = operation
  const state = word === 'Queued' ? '' : `, ${stateWords(operation)}`
  const wait = waitWords(operation)
  return [
    `${word}: ${kindWords(kind)} ${id}${state}${wait === '' ? '' : `: ${wait}`}`,
    ...waysOn(operation).map(({ label, command }) => `  ${label}: ${command ?? ''}`),
  ]
}

function keptText({ state, warmUntil, readyToSwitchBack, reason }: GroupDocument): string {
  const parts = [
    state === 'warm' ? (readyToSwitchBack ? 'ready to switch back' : 'not ready to switch back') : '',
    warmUntil === null ? '' : `kept until ${shortTime(warmUntil)}`,
    reason ?? '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}
