import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { ClientTokens } from './client-tokens.js'
import type { Ec2Core } from './core.js'
import { type Filter, filtered } from './filters.js'
import { type CreateInput, templateOf, type TemplateRef, versionOf } from './launch-templates.js'
import { page, type PageRequest } from './pages.js'
import type { TemplateRecord, TemplateVersionRecord } from './records.js'

interface VersionsInput extends TemplateRef, PageRequest {
  readonly Versions?: readonly string[]
  readonly MinVersion?: string
  readonly MaxVersion?: string
  readonly Filters?: readonly Filter[]
}

const describeVersion = (core: Ec2Core, template: TemplateRecord, version: TemplateVersionRecord) => ({
  LaunchTemplateId: template.templateId,
  LaunchTemplateName: template.name,
  VersionNumber: version.number,
  VersionDescription: version.description,
  CreateTime: new Date(version.createdAt),
  CreatedBy: `arn:aws:iam::${core.cloud.accountId}:root`,
  DefaultVersion: version.number === template.defaultVersion,
  LaunchTemplateData: version.data,
})

export function templateVersionOperations(core: Ec2Core, tokens: ClientTokens): Record<string, Operation> {
  const { cloud } = core
  return {
    CreateLaunchTemplateVersion: (input: CreateInput) => {
      const template = templateOf(core, input)
      const earlier = tokens.earlier('CreateLaunchTemplateVersion', input.ClientToken, input)
      const known = template.versions.find((each) => String(each.number) === earlier?.[0])
      if (known) return { LaunchTemplateVersion: describeVersion(core, template, known) }
      const source = input.SourceVersion === undefined ? {} : versionOf(template, input.SourceVersion).data
      const version = {
        number: template.latestVersion + 1,
        description: input.VersionDescription,
        createdAt: core.now(),
        data: { ...source, ...input.LaunchTemplateData },
      }
      template.versions.push(version)
      template.latestVersion = version.number
      tokens.remember('CreateLaunchTemplateVersion', input.ClientToken, input, [String(version.number)])
      cloud.state.changed()
      return { LaunchTemplateVersion: describeVersion(core, template, version) }
    },
    DescribeLaunchTemplateVersions: (input: VersionsInput) => describeVersions(core, input),
    DeleteLaunchTemplateVersions: (input: TemplateRef & { Versions: string[] }) =>
      deleteVersions(core, input),
  }
}

function describeVersions(core: Ec2Core, input: VersionsInput): object {
  const named = input.LaunchTemplateId !== undefined || input.LaunchTemplateName !== undefined
  if (!named && !input.Versions?.every((each) => each.startsWith('$')))
    throw new AwsFault(
      'MissingParameter',
      'The request must contain the parameter LaunchTemplateId or LaunchTemplateName',
    )
  const templates = named ? [templateOf(core, input)] : Object.values(core.state.templates)
  const pairs = templates.flatMap((template) => {
    const versions =
      input.Versions?.map((each) => versionOf(template, each)) ?? [...template.versions].reverse()
    const least = input.MinVersion === undefined ? 0 : versionOf(template, input.MinVersion).number
    const most =
      input.MaxVersion === undefined ? Number.POSITIVE_INFINITY : versionOf(template, input.MaxVersion).number
    return versions
      .filter(({ number }) => number >= least && number <= most)
      .map((version) => ({ template, version }))
  })
  const fields = {
    'image-id': ({ version }: (typeof pairs)[number]) => version.data.ImageId,
    'instance-type': ({ version }: (typeof pairs)[number]) => version.data.InstanceType,
    'is-default-version': ({ template, version }: (typeof pairs)[number]) =>
      template.defaultVersion === version.number,
  }
  const kept = filtered(pairs, input.Filters, fields, ({ template }) => core.tags.of(template.templateId))
  const idOf = ({ template, version }: (typeof pairs)[number]) => `${template.templateId}/${version.number}`
  const { items, NextToken } = page(kept, idOf, input, { least: 1, most: 200 })
  return {
    LaunchTemplateVersions: items.map(({ template, version }) => describeVersion(core, template, version)),
    NextToken,
  }
}

function deleteVersions(core: Ec2Core, input: TemplateRef & { Versions: string[] }): object {
  const template = templateOf(core, input)
  const names = { LaunchTemplateId: template.templateId, LaunchTemplateName: template.name }
  const deleted: object[] = []
  const refused: object[] = []
  for (const wanted of input.Versions) {
    const version = template.versions.find((each) => String(each.number) === wanted)
    const isDefault = version?.number === template.defaultVersion
    if (version && !isDefault) {
      template.versions = template.versions.filter((each) => each !== version)
      deleted.push({ ...names, VersionNumber: version.number })
    } else {
      const Code = isDefault ? 'unexpectedError' : 'launchTemplateVersionDoesNotExist'
      const Message = isDefault ? 'The default version cannot be deleted.' : 'The version does not exist.'
      refused.push({ ...names, VersionNumber: Number(wanted), ResponseError: { Code, Message } })
    }
  }
  core.cloud.state.changed()
  return {
    SuccessfullyDeletedLaunchTemplateVersions: deleted,
    UnsuccessfullyDeletedLaunchTemplateVersions: refused,
  }
}
