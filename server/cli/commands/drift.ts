import type { Command } from 'commander'
import type { ConsoleApi } from '../console-api.js'
import { CommandFailure, exits, usageFailure } from '../exits.js'
import type { DifferenceDocument } from '../operations.js'
import type { Output } from '../output.js'
import { shortTime } from '../short-time.js'
import { verb, type Face, type Task } from '../verb.js'

interface DriftDocument {
  readonly cluster: string
  readonly differences: readonly DifferenceDocument[]
}

interface Done {
  readonly sentence: string
}

type Act = DifferenceDocument['ways'][number]['act']

const ofGroups = ['size', 'processes']

/** What others changed, and a person's answers: adopt it, undo it, or leave it. */
export function driftVerbs(program: Command, face: Face): void {
  verb(
    program,
    face,
    'drift <cluster>',
    'what others changed, and the ways out',
    async ({ api, output, args: [cluster = ''] }) => {
      const document = await driftOf(api, cluster)
      output.result(document, driftText(document))
    },
  )
  answerVerb(program, face, 'undo', 'put back what others changed: [weights | size v012 | processes v012]')
  answerVerb(program, face, 'leave', 'leave a group that is not recorded to whoever made it: [v012]')
}

function answerVerb(program: Command, face: Face, act: Act, description: string): void {
  verb(program, face, `${act} <cluster> [what] [group]`, description, (task) => answerDifference(task, act))
}

/** Answers the difference that the arguments name; without a word of what, says what could be meant. */
export async function answerDifference({ api, output, args }: Task, act: Act): Promise<void> {
  const [cluster = '', what, group] = args
  if (what === undefined) return offer(api, output, cluster, act)
  const done = await answer(api, cluster, act, meant(what, group))
  output.result(done, done.sentence)
}

/** Sends an answer to one difference. */
export function answer(api: ConsoleApi, cluster: string, act: Act, what: object): Promise<Done> {
  return api.post<Done>(`/clusters/${encodeURIComponent(cluster)}/drift/${act}`, what)
}

/** Without a word of what, nothing is done: it says what could be meant. */
async function offer(api: ConsoleApi, output: Output, cluster: string, act: Act): Promise<void> {
  const document = await driftOf(api, cluster)
  const offers = document.differences.filter((each) =>
    each.ways.some((way) => way.act === act && way.possible),
  )
  if (offers.length > 0)
    throw new CommandFailure(exits.usage, 'usage', `Say what to ${act} in ${cluster}.`, {
      ways: offers.map((each) => ({ label: each.what, command: commandOf(cluster, act, each) })),
    })
  output.result({ ...document, differences: [] }, `There is nothing to ${act} in ${cluster}.`)
}

function driftOf(api: ConsoleApi, cluster: string): Promise<DriftDocument> {
  return api.get<DriftDocument>(`/clusters/${encodeURIComponent(cluster)}/drift`)
}

/** `weights`; `size v012`; `processes v012`; else a group that is not recorded. */
function meant(what: string, group: string | undefined): object {
  if (what === 'weights') {
    if (group !== undefined) throw usageFailure('The weights are the cluster’s: name no group with them.')
    return { what }
  }
  if (!ofGroups.includes(what)) return { what: 'group', group: what }
  if (group === undefined) throw usageFailure(`Name the group whose ${what} is meant.`)
  return { what, group }
}

function commandOf(cluster: string, act: Act, { kind, subject }: DifferenceDocument): string {
  if (kind === 'weights') return `npx delling ${act} ${cluster} weights`
  return kind === 'stranger'
    ? `npx delling ${act} ${cluster} ${subject}`
    : `npx delling ${act} ${cluster} ${kind} ${subject}`
}

function driftText({ cluster, differences }: DriftDocument): readonly string[] {
  if (differences.length === 0) return [`Nothing differs in ${cluster}.`]
  return differences.flatMap((each) => [
    `${each.what}: expected ${each.expected}; there is ${each.found}${aside(each)}`,
    ...(each.leftBy ? [] : each.ways.flatMap((way) => wayText(cluster, each, way))),
  ])
}

function aside({ since, who, leftBy, undoAskedBy }: DifferenceDocument): string {
  const parts = [
    since ? `since ${shortTime(since)}` : 'seen just now',
    who ? `by ${who}` : '',
    leftBy ? `left alone by ${leftBy}` : '',
    undoAskedBy ? `being undone for ${undoAskedBy}` : '',
  ]
  return ` (${parts.filter((part) => part !== '').join(', ')})`
}

function wayText(
  cluster: string,
  difference: DifferenceDocument,
  { act, effect, possible, reason }: DifferenceDocument['ways'][number],
): readonly string[] {
  if (!possible) return [`  ${act}: not possible. ${reason ?? ''}`]
  return [`  ${act}: ${commandOf(cluster, act, difference)}`, `    ${effect}`]
}
