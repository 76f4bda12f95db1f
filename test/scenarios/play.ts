import { clusterView } from '../../server/engine/cluster-view.js'
import { good, neverWell, World } from '../simulation/world.js'
import type { Scenario } from './scenario.js'
import { scenarios } from './scenarios.js'
import { cluster, Stage } from './stage.js'

/** Plays a scenario in a world of its own and answers its transcript: what was done, and what Delling said. */
export async function play(name: string): Promise<string> {
  const scenario = scenarios.find((each) => each.name === name)
  if (!scenario) throw new Error(`there is no scenario ${name}`)
  const world = await World.make({ seed: 1, timings: { pollMs: 10_000 } })
  try {
    await world.image('good-1', good)
    await world.image('good-2', good)
    await world.image('never', neverWell)
    for (const [version, release] of Object.entries(scenario.releases ?? {}))
      await world.image(version, release)
    const { id } = await world.create(cluster, world.images.get('good-1')!, 3, 80, scenario.policy)
    await world.ended(id)
    await world.time.runUntil(world.time.now + 900_000)
    return await transcriptOf(world, scenario)
  } finally {
    await world.end()
  }
}

async function transcriptOf(world: World, scenario: Scenario): Promise<string> {
  const from = await world.store.lastSeq()
  const begun = world.time.now
  const told: { at: number; seq: number; line: string }[] = []
  // What is done comes after everything that was written before it, and before what it leads to.
  const tell = (what: string) =>
    void told.push({ at: world.time.now, seq: world.store.seq + 0.5, line: `**${plain(what)}**` })
  await scenario.play(new Stage(world, tell))
  const rows = await world.store.eventsAfter(from, 1000)
  const lines = [
    ...told,
    ...rows.map((row) => ({ at: row.at.getTime(), seq: row.seq, line: plain(row.sentence) })),
  ].sort((a, b) => a.seq - b.seq)
  return [
    `# ${scenario.title}`,
    '',
    scenario.about,
    '',
    '| after | |',
    '|---|---|',
    ...lines.map(({ at, line }) => `| ${clock(at - begun)} | ${line.replaceAll('|', '/')} |`),
    '',
    ...(await ending(world)),
    `**What to do.** ${scenario.whatToDo}`,
    '',
  ].join('\n')
}

/** What the cluster's page says at the end, and the ways out that it offers. */
async function ending(world: World): Promise<string[]> {
  const view = await world.asks(() => clusterView(world.parts, cluster, 0))
  const roles = world.state(cluster).groups.map((each) => `${each.name} is ${each.role}`)
  return [
    `In the end: ${view.cluster.statement}; ${roles.join(', ')}.`,
    '',
    `**Delling says.** ${plain(view.sentence)}`,
    '',
    ...view.differences.flatMap(({ what, expected, found, ways }) => [
      `${what}: expected ${expected}; there is ${found}.`,
      ...ways.map(({ act, effect, reason }) =>
        reason === null ? `- ${act}: ${effect}` : `- ${act} is not possible: ${reason}`,
      ),
      '',
    ]),
  ]
}

const clock = (ms: number) =>
  `${String(Math.floor(ms / 60_000)).padStart(2, '0')}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`

/** Ids are drawn anew for each world. */
function plain(sentence: string): string {
  return sentence
    .replaceAll(/\bi-[0-9a-f]{8,}/g, 'i-…')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '…')
    .replaceAll(/[\n\r]+/g, ' ')
}
