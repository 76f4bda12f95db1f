import { parseArgs } from 'node:util'
import { compiled } from './compile.js'
import { failureSentence, simulate } from './simulate.js'

const say = (sentence: string) => void process.stdout.write(`${sentence}\n`)

const { values } = parseArgs({
  options: { nights: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
})
const run = await simulate({
  folder: compiled(),
  nights: Number(values.nights),
  firstSeed: Number(values.seed),
  say,
})
const { failures, ...counts } = run
say(JSON.stringify(counts))
for (const failure of failures.slice(0, Number(process.env.SHOW ?? 5))) say(failureSentence(failure))
process.exitCode = failures.length > 0 ? 1 : 0
