import type { Booted } from '../../server/localcloud/records-host/record-machines.js'

/**
 * How the builder of a version comes to its end. `tags`, `prints`: it reports success by its tag or, without a role that
 * may set it, on its console only; `fails`: it reports the step that failed; `silent`: it powers off without a word;
 * `hangs`: it never ends by itself.
 */
export type BuilderBehaviour = 'tags' | 'prints' | 'fails' | 'silent' | 'hangs'

/** From the boot to the bake's beginning, and from there to its end. */
const beginMs = 25_000
const workMs = 65_000

/** Instances whose user data is a bake do what the scripts of `bake/` do, as far as anybody outside can see it. */
export function buildersOf(behaviourOf: (version: string) => BuilderBehaviour): Booted {
  return (metadata, events) => {
    const { userData, instanceId } = metadata
    const script = userData === undefined ? '' : Buffer.from(userData, 'base64').toString('utf8')
    const parameter = (name: string) => new RegExp(`^export ${name}='([^']*)'$`, 'm').exec(script)?.[1]
    const bakeId = parameter('BAKE_ID')
    if (bakeId === undefined) return
    const behaviour = behaviourOf(parameter('VERSION') ?? '')
    const report = behaviour === 'fails' ? 'failed:unpack:1' : `ok:${parameter('PACKAGE_SHA256')}`
    events.print(`${instanceId} booted\n`)
    setTimeout(() => events.print(`BAKE-BEGIN ${bakeId}\nfetching the package\n`), beginMs)
    if (behaviour === 'hangs') return
    setTimeout(() => {
      if (behaviour === 'fails') events.print('FAILED: the archive is cut off\n')
      if (behaviour !== 'silent') events.print(`BAKE-RESULT ${bakeId} ${report}\n`)
      if (behaviour === 'tags' || behaviour === 'fails') events.tag('delling:bake-result', report)
      events.ended('poweroff')
    }, beginMs + workMs)
  }
}
