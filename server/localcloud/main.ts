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
  if (!settings.key) process.stdout.write(howToUse(cloud.url))
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
  process.on('SIGHUP', stop)
  // A parent that started us with a channel and died would leave us behind.
  if (process.send && settings.stopWithParent) process.on('disconnect', stop)
  // Last: whoever hears it may end us at once.
  process.send?.({
    ready: true,
    url: cloud.url,
    instancesDir: cloud.instancesDir,
    confinement: cloud.confinement,
  })
}

/** Lines for a shell: any SDK, and the AWS command line from 2.13 on, then talk to it; older ones take the flag. */
function howToUse(url: string): string {
  return [
    '\nTo use it from another terminal:',
    `  export AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1`,
    '  export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any',
    `  aws --endpoint-url ${url} autoscaling describe-auto-scaling-groups\n\n`,
  ].join('\n')
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

main().catch(fail)
