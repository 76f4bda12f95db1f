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

export interface CreateInput extends TemplateRef {
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

/** The template of that id or name. Throws AwsFault as EC2 does when there is none. */
export function templateOf(core: Ec2Core, ref: TemplateRef): TemplateRecord {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = ref
  if (id !== undefined && name !== undefined)
    throw new AwsFault(
      'InvalidParameterCombination',
      'The parameter LaunchTemplateId cannot be used with the parameter LaunchTemplateName',
    )
  if (id !== undefined) {
    const template = Object.hasOwn(core.state.templates, id) ? core.state.templates[id] : undefined
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
        : /^\d+$/.test(version)
          ? Number(version)
          : undefined
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
  }
}
