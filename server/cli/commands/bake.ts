import type { Command } from 'commander'
import type { ConsoleApi } from '../console-api.js'
import { exits, type Exit } from '../exits.js'
import { given } from '../flags.js'
import type { Output } from '../output.js'
import { packageAt } from '../package-source.js'
import { verb, type Face } from '../verb.js'
import { waitForEnd, type Progress } from '../wait-for-end.js'

/** A bake as the API tells it, as far as the command line looks into it. */
export interface BakeDocument extends Progress {
  readonly id: string
  readonly application: string
  readonly version: string
  readonly phase: string
  readonly outcome: 'baked' | 'failed' | 'cancelled' | null
  readonly imageName: string | null
  readonly imageId: string | null
  readonly reused: boolean
  readonly reason: string | null
  readonly log: string
  readonly requestedAt: string
}

const lastLines = 20

export function bakeVerb(program: Command, face: Face): void {
  verb(
    program,
    face,
    'bake <application>',
    'make an image from a package',
    async ({ api, output, flags, args }) => {
      const source = await packageAt(api, String(flags.package), flags.sha256 as string | undefined)
      const started = await api.post<{ id: string; href: string; reused: boolean }>('/bakes', {
        application: args[0],
        package: source,
        ...given(flags, ['version', 'base', 'instanceType', 'commit', 'reason', 'override']),
        ...(flags.start !== undefined && { startCommand: flags.start }),
      })
      if (flags.wait === true) return finishBake(api, output, started.id)
      output.note(
        started.reused
          ? `There already: an image of the same base, package and recipe. Look at its bake: npx delling bakes show ${started.id}`
          : `Begun: the bake of ${args[0] ?? ''} ${String(flags.version)}. Look at it: npx delling bakes show ${started.id}`,
      )
      output.result(started, started.id)
      return exits.done
    },
  )
    .requiredOption(
      '--package <file or address>',
      'a .tgz, .tar.gz, .zip or .deb; or an https: or s3: address with --sha256',
    )
    .requiredOption('--version <version>', 'the version it is')
    .option('--sha256 <digest>', 'what the package at an address must be')
    .option('--base <image>', 'the base image: an id, or an SSM parameter that names one')
    .option('--instance-type <type>', 'of the builder')
    .option('--start <command>', 'how this version is started')
    .option('--commit <sha>', 'where it was built from')
    .option('--reason <text>', 'for the deploy log')
    .option('--override <reason>', 'though everything is stopped; recorded')
    .option('--wait', 'wait until the image is there')
}

async function finishBake(api: ConsoleApi, output: Output, id: string): Promise<Exit> {
  const bake = await waitForEnd(() => api.get<BakeDocument>(`/bakes/${id}`), output)
  const { imageName: name, imageId, phase, reused, reason } = bake
  const isBaked = bake.outcome === 'baked'
  if (!isBaked && bake.log) output.note(bake.log.trimEnd().split('\n').slice(-lastLines).join('\n'))
  const image = isBaked ? { name, imageId } : null
  const text = isBaked
    ? `${name} ${imageId}${reused ? ' (there already)' : ''}`
    : `The bake ${phase}. ${reason ?? ''}`
  if (!isBaked && output.json) output.note(`The bake ${phase}. ${reason ?? ''}`)
  output.result({ image, name, imageId, id, phase, reused, reason }, text.trim())
  return isBaked ? exits.done : exits.failed
}
