import { readLocalCloudSettings } from '../../config/localcloud.js'
import { startLocalCloud } from './assemble.js'

/** `npm run localcloud`: the local cloud alone, until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const settings = readLocalCloudSettings(process.argv.slice(2))
  const cloud = await startLocalCloud(settings)
  const keys = settings.key ? 'signatures are checked' : 'any key is taken'
  process.stdout.write(
    `Local cloud at ${cloud.url} (us-east-1, 123456789012, pace ${settings.pace}; ${keys})\n`,
  )
  process.stdout.write(`Instances: ${cloud.confinement} Their files: ${cloud.instancesDir}\n`)
  process.send?.({
    ready: true,
    url: cloud.url,
    instancesDir: cloud.instancesDir,
    confinement: cloud.confinement,
  })
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    cloud.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // A parent that started us with a channel and died would leave us behind.
  if (process.send && settings.stopWithParent) process.on('disconnect', stop)
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

main().catch(fail)
