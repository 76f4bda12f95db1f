import type { Command } from 'commander'
import { usageFailure } from '../exits.js'
import { given, whyOf } from '../flags.js'
import { packagesText, type PackageChangesDocument } from '../package-text.js'
import { startLines, type PlanDocument } from '../plan.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face, type Task } from '../verb.js'
import { retentionVerbs } from './image-retention.js'

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
  /** Of a list; absent from a console of before. */
  readonly verdict?: string
  readonly retirement: Retirement | null
}

interface Retirement {
  readonly phase: string
  readonly by: string
}

interface UsesDocument {
  readonly uses: readonly { readonly name: string; readonly says: string }[]
}

interface Outlook {
  readonly image: string
  readonly referencedAt: string | null
  readonly referencedBy: string | null
  readonly keep: { readonly by: string; readonly why: string } | null
  readonly verdict: 'goes' | 'stays' | null
  readonly why: string | null
  readonly sizeGib: number | null
}

interface RetirementPlan extends UsesDocument, Pick<PlanDocument, 'obstacles' | 'mayStartAt'> {
  readonly image: string
  readonly snapshots: readonly string[]
  readonly reasonStays: string | null
}

interface InstalledDocument {
  readonly packages:
    readonly { readonly manager: string; readonly name: string; readonly version: string }[] | null
  readonly unknown: string | null
}

interface ComparisonDocument {
  readonly image: string
  readonly against: string
  readonly fields: readonly {
    readonly what: string
    readonly was: string | null
    readonly will: string | null
  }[]
  readonly commits: { readonly from: string; readonly to: string; readonly href: string | null } | null
  readonly packages: PackageChangesDocument | null
  readonly packagesUnknown: string | null
}

export function imageVerbs(program: Command, face: Face): void {
  const group = program.command('images').description('what can be deployed')

  verb(group, face, 'list', 'the latest images', async (task) => {
    const { api, output, flags } = task
    if (flags.retention === true) return listOutlooks(task)
    const { images } = await api.get<{ images: ImageDocument[] }>('/images', {
      application: flags.application as string | undefined,
      limit: '100',
    })
    const rows = images.map(({ name, imageId, version, bakedAt, bad, verdict }) => [
      name,
      imageId,
      version,
      shortTime(bakedAt),
      // A console of before says of marks alone.
      verdict ?? (bad ? `bad: ${bad.reason}` : null),
    ])
    output.result({ images }, table(['name', 'id', 'version', 'baked', 'verdict'], rows))
  })
    .option('--application <name>', 'only of this application')
    .option(
      '--retention',
      'every image, with what the retention policy would do with it and how much it holds',
    )

  verb(
    group,
    face,
    'show <name-or-id>',
    'one image and what it was made from',
    async ({ api, output, args: [name = ''] }) => {
      const image = await api.get<ImageDocument>(`/images/${encodeURIComponent(name)}`)
      const { uses } = await api.get<UsesDocument>(`/images/${encodeURIComponent(name)}/uses`)
      const retention = await api.get<Outlook>(`/images/${encodeURIComponent(name)}/retention`)
      output.result({ ...image, uses, retention }, [
        `${image.name} (${image.imageId}), ${image.application} ${image.version}, baked ${shortTime(image.bakedAt)}`,
        `  from ${image.packageName} (SHA-256 ${image.packageSha256}) on ${image.baseImageName}`,
        ...(image.commit ? [`  commit ${image.commit}`] : []),
        ...(image.bad ? [`  bad: ${image.bad.reason}`] : []),
        ...(image.retirement ? [retirementText(image.retirement)] : []),
        ...outlookText(retention),
        ...(uses.length > 0 ? uses.map(({ name: who, says }) => `  ${who} ${says}`) : ['  nothing uses it']),
      ])
    },
  )

  contentVerbs(group, face)
  retireVerb(group, face)
  keepVerbs(group, face)
  badVerb(group, face)
  retentionVerbs(group, face)
}

function contentVerbs(group: Command, face: Face): void {
  verb(
    group,
    face,
    'packages <name-or-id>',
    'what is installed in an image, as its builder reported it',
    async ({ api, output, flags, args: [name = ''] }) => {
      const document = await api.get<InstalledDocument>(`/images/${encodeURIComponent(name)}/packages`)
      const wanted = ((flags.match as string | undefined) ?? '').toLowerCase()
      const packages = document.packages?.filter((each) => each.name.toLowerCase().includes(wanted)) ?? null
      const rows = (packages ?? []).map((each) => [each.name, each.version, each.manager])
      output.result(
        { ...document, packages },
        packages ? table(['package', 'version', 'by'], rows) : (document.unknown ?? ''),
      )
    },
  ).option('--match <part>', 'only packages with this in their names')

  verb(
    group,
    face,
    'compare <name-or-id> <other>',
    'how an image is made otherwise than another',
    async ({ api, output, args: [name = '', other = ''] }) => {
      const path = `/images/${encodeURIComponent(name)}/changes?against=${encodeURIComponent(other)}`
      const document = await api.get<ComparisonDocument>(path)
      const { image, against, fields, commits, packages, packagesUnknown } = document
      output.result(document, [
        `${against} → ${image}`,
        ...(commits ? [`Commits: ${commits.href ?? `${commits.from} to ${commits.to}`}`] : []),
        ...fields
          .filter(({ was, will }) => was !== will)
          .map(({ what, was, will }) => `${what}: ${was ?? 'none'} → ${will ?? 'none'}`),
        ...packagesText(packages, packagesUnknown),
      ])
    },
  )
}

function retireVerb(group: Command, face: Face): void {
  verb(
    group,
    face,
    'retire <name-or-id>',
    'deregister an image and delete its snapshots, unless something uses it',
    async ({ api, output, flags, args: [name = ''] }) => {
      const path = `/images/${encodeURIComponent(name)}/retire`
      if (flags.plan === true) {
        const plan = await api.post<RetirementPlan>(`${path}/plan`)
        const { image, snapshots, reasonStays, uses } = plan
        output.result(plan, [
          reasonStays
            ? `${image} must stay: ${reasonStays}`
            : `${image} would be deregistered, and deleted: ${snapshots.join(', ') || 'no snapshot'}.`,
          ...uses.map(({ name: who, says }) => `  ${who} ${says}`),
          ...startLines(plan),
        ])
        return
      }
      if (flags.yesIMean === undefined)
        throw usageFailure('Name the image once more with --yes-i-mean <name>, or look with --plan.')
      const body = { name: flags.yesIMean, ...given(flags, ['reason', 'override']) }
      const image = await api.post<ImageDocument>(path, body)
      output.result(
        image,
        `${image.name} is being retired; delling images show ${image.name} tells how far it is.`,
      )
    },
  )
    .option('--plan', 'only say what would go, and what keeps it')
    .option('--yes-i-mean <name>', 'the image’s name, once more')
    .option('--reason <text>', 'why; shown in the deploy log')
    .option('--override <reason>', 'why it must not wait, where it is on hold')
}

function badVerb(group: Command, face: Face): void {
  verb(
    group,
    face,
    'unmark-bad <name-or-id>',
    'take back that an image is bad, where what it was marked for was not its fault',
    async ({ api, output, flags, args: [name = ''] }) => {
      const image = await api.post<{ name: string }>(
        `/images/${encodeURIComponent(name)}/unmark-bad`,
        given(flags, ['reason']),
      )
      output.result(image, `${image.name} is not marked bad any more.`)
    },
  ).requiredOption('--reason <text>', 'why; shown in its history')
}

function keepVerbs(group: Command, face: Face): void {
  verb(
    group,
    face,
    'keep <name-or-id>',
    'keep an image, whatever its age, until it is released',
    async ({ api, output, flags, args: [name = ''] }) => {
      const kept = await api.post<{ image: string }>(`/images/${encodeURIComponent(name)}/keep`, whyOf(flags))
      output.result(kept, `${kept.image} is kept.`)
    },
  ).requiredOption('--reason <text>', 'why; shown beside it')
  verb(
    group,
    face,
    'release <name-or-id>',
    'keep an image no longer',
    async ({ api, output, args: [name = ''] }) => {
      const released = await api.post<{ image: string }>(`/images/${encodeURIComponent(name)}/release`)
      output.result(released, `${released.image} is not kept any more.`)
    },
  )
}

async function listOutlooks({ api, output, flags }: Task): Promise<void> {
  const only = typeof flags.application === 'string' ? { application: flags.application } : {}
  const outlooks = await api.list<Outlook>('/image-retention/outlooks', 'outlooks', only)
  const rows = outlooks.map(({ image, verdict, why, sizeGib }) => [
    image,
    sizeGib === null ? 'unknown' : `${sizeGib} GiB`,
    verdict,
    why,
  ])
  output.result({ outlooks }, table(['image', 'at most', 'retention', 'why'], rows))
}

function outlookText({ referencedAt, referencedBy, keep, verdict, why }: Outlook): readonly string[] {
  return [
    referencedAt
      ? `  last referenced ${shortTime(referencedAt)} by ${referencedBy ?? 'something'}`
      : '  never referenced, as far as marks were made',
    ...(keep ? [`  kept by ${keep.by}: ${keep.why}`] : []),
    ...(verdict ? [`  by the retention policy it ${verdict}: ${why ?? ''}`] : []),
  ]
}

function retirementText({ phase, by }: Retirement): string {
  return phase === 'retired' ? `  retired by ${by}` : `  being retired (${phase}), as ${by} asked`
}
