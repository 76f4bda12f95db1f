import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkout } from '../../config/checkout.js'
import { compiled } from './compile.js'
import { mutations } from './mutations.js'
import { hunt } from './prove-mutants.js'
import { scripts } from './rehearsal.js'
import { rehearseAll } from './rehearse-all.js'
import { failureSentence, simulate } from './simulate.js'

const usage = `npm run prove -- [--only rehearsals|processes|database|mutations|nights] [--nights 10000] [--seed 1] [--workers N] [--script NAME] [--mutation NAME]
  --nights   how many nights of clusters are lived through
  --seed     the first world; each further one takes the next number
  --only     one part of it
  --script   the rehearsals of one script alone
  --mutation one deliberate bug instead of all of them`

const parts = ['rehearsals', 'processes', 'database', 'mutations', 'nights']

const say = (sentence: string) => void process.stdout.write(`${sentence}\n`)

interface ProveOptions {
  readonly only: string | undefined
  readonly nights: number
  readonly seed: number
  readonly workers: number | undefined
  readonly script: string | undefined
  readonly mutation: string | undefined
}

function optionsOrExit(): ProveOptions {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        nights: { type: 'string', default: '10000' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string' },
        script: { type: 'string' },
        mutation: { type: 'string' },
      },
    })
    const numbers = [values.nights, values.seed, values.workers ?? '1'].map(Number)
    if (!numbers.every((value) => Number.isInteger(value) && value >= 0))
      throw new Error('nights, seed and workers are whole numbers.')
    if (values.only && !parts.includes(values.only)) throw new Error(`There is no part “${values.only}”.`)
    if (values.mutation && !mutations.some(({ name }) => name === values.mutation))
      throw new Error(`There is no mutation “${values.mutation}”.`)
    if (values.script && !(values.script in scripts))
      throw new Error(`There is no script “${values.script}”.`)
    const one = values.mutation ? 'mutations' : values.script ? 'rehearsals' : undefined
    return {
      only: one ?? values.only,
      script: values.script,
      mutation: values.mutation,
      nights: Number(values.nights),
      seed: Number(values.seed),
      workers: values.workers ? Number(values.workers) : undefined,
    }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`)
    process.exit(2)
  }
}

async function proveRehearsals(folder: string, script: string | undefined): Promise<boolean> {
  const run = await rehearseAll({
    ...{ folder, everyCrash: 1, everyFault: 1, everySampled: 1, offset: 0, say },
    ...(script ? { script } : {}),
  })
  say(
    `rehearsals: ${run.crashes} deaths at ${Object.values(run.points).reduce((sum, count) => sum + count, 0)} points, ` +
      `${run.pauses} pauses, ${run.requests} requests between decision and record, ${run.callFaults} faults at calls; ${run.sameEnd} with the undisturbed end, ` +
      `${run.failures.length} failed; ${Math.round(run.seconds)} s`,
  )
  for (const [script, count] of Object.entries(run.points)) say(`  ${script}: ${count} points`)
  for (const [end, count] of Object.entries(run.statedEnds)) say(`  other stated ends: ${end} ${count}`)
  return run.failures.length === 0
}

/** So many nights a bug may live before the net is said to have a hole. */
const nightsOfAMutant = 300

async function proveMutations({ seed, mutation: only }: ProveOptions): Promise<boolean> {
  const bugs = mutations.filter(({ name }) => !only || name === only)
  let caught = 0
  for (const mutation of bugs) {
    const { caughtBy, nights } = await hunt(mutation, nightsOfAMutant, seed)
    if (caughtBy) caught += 1
    const how = caughtBy
      ? `caught by ${caughtBy} ${nights === 0 ? 'in a rehearsal' : `within ${nights} nights`}`
      : `NOT CAUGHT in ${nights} nights`
    say(`  ${mutation.name}: ${how}`)
  }
  say(`mutations: ${caught} of ${bugs.length} caught`)
  return caught === bugs.length
}

async function proveNights(folder: string, { nights, seed, workers }: ProveOptions): Promise<boolean> {
  const run = await simulate({ folder, nights, firstSeed: seed, say, ...(workers ? { workers } : {}) })
  say(
    `nights: ${run.nights} in ${Math.round(run.seconds)} s (${(run.nights / run.seconds).toFixed(1)} a second), ` +
      `${run.operations} operations, ${run.crashes} crashes, ${run.checks} checks, ` +
      `${run.lateLandings} late landings that P1 can't exclude, ${run.failures.length} worlds with a violation`,
  )
  for (const failure of run.failures.slice(0, 5)) say(failureSentence(failure))
  return run.failures.length === 0
}

/** Real processes and a real database need the setting up that the test runner has. */
function proveByTest(file: string, environment: Readonly<Record<string, string>> = {}): Promise<boolean> {
  const vitest = join(checkout, 'node_modules', 'vitest', 'vitest.mjs')
  const test = spawn(process.execPath, [vitest, 'run', '--project', 'e2e', `test/e2e/${file}.test.ts`], {
    cwd: checkout,
    stdio: 'inherit',
    env: { ...process.env, ...environment, DELLING_LONG_TESTS: '1' },
  })
  return new Promise((resolve) => test.once('close', (code) => resolve(code === 0)))
}

const options = optionsOrExit()
const folder = compiled()
const held: boolean[] = []
const wanted = options.only ? [options.only] : parts
if (wanted.includes('rehearsals')) held.push(await proveRehearsals(folder, options.script))
if (wanted.includes('processes')) held.push(await proveByTest('kill-storm'))
if (wanted.includes('database')) held.push(await proveByTest('database-away', { DELLING_AWAY_MS: '60000' }))
if (wanted.includes('mutations')) held.push(await proveMutations(options))
if (wanted.includes('nights')) held.push(await proveNights(folder, options))
process.exitCode = held.every(Boolean) ? 0 : 1
