import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { ClientTokens } from './client-tokens.js'
import type { Ec2Core } from './core.js'
import { type Filter, filtered } from './filters.js'
import { isWellFormed, newId } from './ids.js'
import { page, type PageRequest } from './pages.js'
import type { TagSpecification, TemplateData, TemplateRecord, TemplateVersionRecord } from './records.js'
import { specifiedTags } from './tags.js'

export interface TemplateRef {
  readonly LaunchTemplateId?: string | undefined
  readonly LaunchTemplateName?: string | undefined
}

interface VersionsInput extends TemplateRef, PageRequest {
  readonly Versions?: readonly string[]
  readonly MinVersion?: string
  readonly MaxVersion?: string
  readonly Filters?: readonly Filter[]
}

interface CreateInput extends TemplateRef {
  readonly LaunchTemplateData: TemplateData
  readonly VersionDescription?: string
  readonly SourceVersion?: string
  readonly ClientToken?: string
  readonly TagSpecifications?: readonly TagSpecification[]
  readonly DryRun?: boolean
}

const describeTemplate = (core: Ec2Core, template: TemplateRecord) => ({
  LaunchTemplateId: template.templateId,
  LaunchTemplateName: template.name,
  CreateTime: new Date(template.createdAt),
  CreatedBy: `arn:aws:iam::${core.cloud.accountId}:root`,
  DefaultVersionNumber: template.defaultVersion,
  LatestVersionNumber: template.latestVersion,
  Tags: core.tags.list(template.templateId),
})

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

/** The template of that id or name. Throws AwsFault as EC2 does when there is none. */
export function templateOf(core: Ec2Core, ref: TemplateRef): TemplateRecord {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = ref
  if (id !== undefined) {
    const template = core.state.templates[id]
    if (template) return template
    if (!isWellFormed(id, 'lt'))
      throw new AwsFault('InvalidLaunchTemplateId.Malformed', `Invalid launch template ID: "${id}"`)
    throw new AwsFault(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${id}, does not exist.`,
    )
  }
  if (name === undefined)
    throw new AwsFault(
      'MissingParameter',
      'The request must contain the parameter LaunchTemplateId or LaunchTemplateName',
    )
  const template = Object.values(core.state.templates).find((each) => each.name === name)
  if (template) return template
  throw new AwsFault(
    'InvalidLaunchTemplateName.NotFoundException',
    'At least one of the launch templates specified in the request does not exist.',
  )
}

/** `$Latest`, `$Default` or a number. */
export function versionOf(template: TemplateRecord, version: string | undefined): TemplateVersionRecord {
  const wanted =
    version === '$Latest'
      ? template.latestVersion
      : version === undefined || version === '' || version === '$Default'
        ? template.defaultVersion
        : Number(version)
  const found = template.versions.find((each) => each.number === wanted)
  if (found) return found
  throw new AwsFault(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version ?? ''} for the launch template with ID ${template.templateId}.`,
  )
}

export function launchTemplateOperations(core: Ec2Core, tokens: ClientTokens): Record<string, Operation> {
  const { state, cloud, tags } = core
  const create = (input: CreateInput): TemplateRecord => {
    const name = input.LaunchTemplateName ?? ''
    if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name))
      throw new AwsFault(
        'InvalidLaunchTemplateName.MalformedException',
        'A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the characters ( ) . - / _',
      )
    if (Object.values(state.templates).some((each) => each.name === name))
      throw new AwsFault(
        'InvalidLaunchTemplateName.AlreadyExistsException',
        'Launch template name already in use.',
      )
    const pairs = specifiedTags(input.TagSpecifications, 'launch-template', ['launch-template'])
    const templateId = newId('lt')
    const first = {
      number: 1,
      description: input.VersionDescription,
      createdAt: core.now(),
      data: input.LaunchTemplateData,
    }
    const template = {
      templateId,
      name,
      createdAt: core.now(),
      defaultVersion: 1,
      latestVersion: 1,
      versions: [first],
    }
    state.templates[templateId] = template
    tags.set(templateId, pairs)
    return template
  }

  return {
    CreateLaunchTemplate: (input: CreateInput) => {
      const earlier = tokens.earlier('CreateLaunchTemplate', input.ClientToken, input)
      const known = earlier && state.templates[earlier[0] ?? '']
      const template = known ?? create(input)
      tokens.remember('CreateLaunchTemplate', input.ClientToken, input, [template.templateId])
      cloud.state.changed()
      return { LaunchTemplate: describeTemplate(core, template) }
    },
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
    DescribeLaunchTemplates: (
      input: PageRequest & {
        LaunchTemplateIds?: string[]
        LaunchTemplateNames?: string[]
        Filters?: Filter[]
      },
    ) => {
      const byId = input.LaunchTemplateIds?.map((id) => templateOf(core, { LaunchTemplateId: id }))
      const byName = input.LaunchTemplateNames?.map((name) => templateOf(core, { LaunchTemplateName: name }))
      const all = byId ?? byName ?? Object.values(state.templates)
      const fields = {
        'launch-template-name': (each: TemplateRecord) => each.name,
        'create-time': (each: TemplateRecord) => new Date(each.createdAt).toISOString(),
      }
      const kept = filtered(all, input.Filters, fields, (each) => tags.of(each.templateId))
      const { items, NextToken } = page(kept, (each) => each.templateId, input, { least: 1, most: 200 })
      return { LaunchTemplates: items.map((each) => describeTemplate(core, each)), NextToken }
    },
    DescribeLaunchTemplateVersions: (input: VersionsInput) => describeVersions(core, input),
    ModifyLaunchTemplate: (input: TemplateRef & { DefaultVersion?: string }) => {
      const template = templateOf(core, input)
      if (input.DefaultVersion !== undefined)
        template.defaultVersion = versionOf(template, input.DefaultVersion).number
      cloud.state.changed()
      return { LaunchTemplate: describeTemplate(core, template) }
    },
    DeleteLaunchTemplate: (input: TemplateRef) => {
      const template = templateOf(core, input)
      const description = describeTemplate(core, template)
      delete state.templates[template.templateId]
      tags.forget(template.templateId)
      cloud.state.changed()
      return { LaunchTemplate: description }
    },
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
