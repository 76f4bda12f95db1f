import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../server/launcher/free-port.js'
import { measureBigAccount } from './big-account.js'
import { callsBetween, type CallsMade } from './aws-calls.js'
import { compileMs } from './compile-time.js'
import { measureRound, type Round } from './deployment-rounds.js'
import type { Measured } from './figures.js'
import { measureIdleMinute } from './idle-minute.js'
import { runUnderTraffic } from './lossless-run.js'
import { liveOf, run } from './operations.js'
import type { BenchHome, RunningDelling } from './running-delling.js'
import { bakeVersion, registerSample } from './sample-images.js'
import { measureSimulation } from './simulation-speed.js'
import { measureTakeOvers } from './take-over.js'
import { compareThroughput, type Throughput } from './throughput.js'

const cluster = 'sunrise-main'
const kills = 10
const nights = 200

/** Everything, one after the other: nothing else of ours runs while a figure is taken. */
export async function measure(
  home: BenchHome,
  rounds: number,
  say: (sentence: string) => void,
): Promise<Measured> {
  say('Compiling and starting on a new state folder')
  const compiled = await compileMs(join(home.folder, 'compiled'))
  const delling = await home.start('zero')
  const next = await prepareCluster(delling, join(home.folder, 'packages'), say)
  say('Deploying, switching back and cleaning up under traffic')
  const lossless = await runUnderTraffic(delling.api, cluster, next)
  const measured: Round[] = []
  for (let round = 1; round <= rounds; round += 1) {
    say(`Deployment and switch back ${round} of ${rounds}`)
    measured.push(await measureRound(delling, cluster, next))
  }
  say('Requests per second, directly and through the load balancer')
  const throughput = await measureThroughput(delling)
  say('One more deployment, whose warm group stays; then a minute in which nothing happens')
  await run(delling.api, `/clusters/${cluster}/deployments`, { image: next, reason: 'bench' })
  const idle = await measureIdleMinute(delling)
  await delling.stop()
  say('Stopping and starting three times; a deployment at pace brisk')
  const again = await startAgain(home, next)
  say(`Killing the replica that holds a cluster ${kills} times`)
  const takeOversMs = await measureTakeOvers(home, kills)
  say(`Living through ${nights} simulated nights, then a quarter of them under a profiler`)
  const simulation = await measureSimulation(home.folder, nights)
  say('A big account')
  const big = await measureBigAccount(home.another(), say)
  return {
    rounds: measured,
    lossless,
    throughput,
    idle,
    firstStartMs: delling.readyMs,
    compileMs: compiled,
    takeOversMs,
    simulation,
    big,
    ...again,
  }
}

/** A cluster that runs the first version; resolves to the image of the second. */
async function prepareCluster(
  { api }: RunningDelling,
  workFolder: string,
  say: (sentence: string) => void,
): Promise<string> {
  say('Baking two versions of the sample application')
  mkdirSync(workFolder)
  await registerSample(api)
  const image = await bakeVersion(api, '1.0.0', workFolder)
  const next = await bakeVersion(api, '1.1.0', workFolder)
  say('Creating a cluster of three instances')
  const listenerPort = await freePort()
  await run(api, '/clusters', { name: cluster, image, size: 3, listenerPort, reason: 'bench' })
  return next
}

async function measureThroughput({ api, control }: RunningDelling): Promise<Throughput> {
  const { group, url } = await liveOf(api, cluster)
  const instances = await control.instances()
  const instance = instances.find(({ state, tags }) => state === 'running' && tags.Name === group)
  if (!instance?.port) throw new Error(`No instance of ${group} has a port.`)
  return compareThroughput(`http://127.0.0.1:${instance.port}/version`, new URL('version', url).href)
}

/** Starts with a cluster on disk; the last one at pace brisk, where a deployment looks as often as it would on AWS. */
async function startAgain(
  home: BenchHome,
  image: string,
): Promise<{ readonly warmStartsMs: readonly number[]; readonly briskCalls: CallsMade }> {
  const warmStartsMs: number[] = []
  const startedAgain = async (pace: 'zero' | 'brisk') => {
    const delling = await home.start(pace)
    warmStartsMs.push(delling.readyMs)
    return delling
  }
  for (let start = 1; start <= 2; start += 1) await (await startedAgain('zero')).stop()
  const brisk = await startedAgain('brisk')
  const before = await brisk.control.callCounts()
  await run(brisk.api, `/clusters/${cluster}/deployments`, { image, reason: 'bench' })
  const briskCalls = callsBetween(before, await brisk.control.callCounts())
  await brisk.stop()
  return { warmStartsMs, briskCalls }
}
