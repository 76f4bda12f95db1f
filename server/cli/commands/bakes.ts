import type { Command } from 'commander'
import { shortTime } from '../short-time.js'
import { listClusters } from '../stuck.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'
import type { BakeDocument } from './bake.js'

interface ImageDocument {
  readonly imageId: string
  readonly name: string
  readonly application: string
  readonly version: string
  readonly bakedAt: string
  readonly baseImageName: string
  readonly packageName: string
  readonly packageSha256: string
  readonly commit: string | null
  readonly bad: { readonly reason: string } | null
}

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

export function imageVerbs(program: Command, face: Face): void {
  const group = program.command('images').description('what can be deployed')

  verb(group, face, 'list', 'the latest images', async ({ api, output, flags }) => {
    const { images } = await api.get<{ images: ImageDocument[] }>('/images', {
      application: flags.application as string | undefined,
      limit: '100',
    })
    const live = new Set((await listClusters(api)).map(({ image }) => image))
    const rows = images.map(({ name, imageId, version, bakedAt, bad }) => [
      name,
      imageId,
      version,
      shortTime(bakedAt),
      bad ? `bad: ${bad.reason}` : live.has(name) ? 'live' : 'not judged yet',
    ])
    output.result({ images }, table(['name', 'id', 'version', 'baked', 'verdict'], rows))
  }).option('--application <name>', 'only of this application')

  verb(
    group,
    face,
    'show <name-or-id>',
    'one image and what it was made from',
    async ({ api, output, args: [name = ''] }) => {
      const image = await api.get<ImageDocument>(`/images/${encodeURIComponent(name)}`)
      output.result(image, [
        `${image.name} (${image.imageId}), ${image.application} ${image.version}, baked ${shortTime(image.bakedAt)}`,
        `  from ${image.packageName} (SHA-256 ${image.packageSha256}) on ${image.baseImageName}`,
        ...(image.commit ? [`  commit ${image.commit}`] : []),
        ...(image.bad ? [`  bad: ${image.bad.reason}`] : []),
      ])
    },
  )
}
