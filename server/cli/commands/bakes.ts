import type { Command } from 'commander'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'
import type { BakeDocument } from './bake.js'

export function bakesVerbs(program: Command, face: Face): void {
  const group = program.command('bakes').description('images in the making')

  verb(group, face, 'list', 'the latest bakes', async ({ api, output, flags }) => {
    const { bakes } = await api.get<{ bakes: BakeDocument[] }>('/bakes', {
      application: flags.application as string | undefined,
      limit: '100',
    })
    const rows = bakes.map(({ id, application, version, phase, imageName }) => [
      id,
      application,
      version,
      phase,
      imageName,
    ])
    output.result({ bakes }, table(['id', 'application', 'version', 'phase', 'image'], rows))
  }).option('--application <name>', 'only of this application')

  verb(group, face, 'show <id>', 'one bake with its log', async ({ api, output, args: [id = ''] }) => {
    const bake = await api.get<BakeDocument>(`/bakes/${encodeURIComponent(id)}`)
    const { application, version, phase, imageName, reason, log } = bake
    output.result(bake, [
      `${application} ${version}: ${phase}${reason ? `. ${reason}` : ''}`,
      ...(imageName ? [imageName] : []),
      log,
    ])
  })

  verb(group, face, 'cancel <id>', 'end a bake and its builder', async ({ api, output, args: [id = ''] }) => {
    const bake = await api.post<BakeDocument>(`/bakes/${encodeURIComponent(id)}/cancel`)
    output.result(
      bake,
      `Asked: the bake of ${bake.application} ${bake.version} ends and its builder is terminated.`,
    )
  })
}
