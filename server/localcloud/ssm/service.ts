import type { LocalCloud, Operation, Service } from '../cloud.js'
import { baseImages } from '../ec2/first-state.js'
import { AwsFault } from '../fault.js'

interface Parameter {
  readonly Name: string
  readonly Type: string
  readonly Value: string
  readonly Version: number
  readonly LastModifiedDate: Date
  readonly ARN: string
  readonly DataType: string
}

interface SsmState {
  readonly parameters: Record<string, { value: string; type: string; version: number; modifiedMs: number }>
}

/** Parameter Store: the public aliases of base images, and what the account puts beside them. */
export function makeSsm(cloud: LocalCloud): Service {
  const state = cloud.state.section<SsmState>('ssm', { parameters: {} })
  const images = new Map(
    baseImages.flatMap((base) => base.parameters.map((name) => [name, base.imageId] as const)),
  )

  const lookUp = (asked: string): Parameter | undefined => {
    const [name = ''] = asked.split(':')
    const own = Object.hasOwn(state.parameters, name) ? state.parameters[name] : undefined
    const value = own?.value ?? images.get(name)
    if (value === undefined) return undefined
    return {
      Name: name,
      Type: own?.type ?? 'String',
      Value: value,
      Version: own?.version ?? 1,
      LastModifiedDate: new Date(own?.modifiedMs ?? Date.UTC(2026, 10, 10)),
      ARN: `arn:aws:ssm:${cloud.region}:${own ? cloud.accountId : ''}:parameter${name.startsWith('/') ? '' : '/'}${name}`,
      DataType: images.has(name) ? 'aws:ec2:image' : 'text',
    }
  }
  const required = (name: string): Parameter => {
    const parameter = lookUp(name)
    if (parameter) return parameter
    throw new AwsFault('ParameterNotFound', `Parameter ${name} not found.`)
  }

  const operations: Record<string, Operation> = {
    GetParameter: ({ Name }: { Name: string }) => ({ Parameter: required(Name) }),
    GetParameters: ({ Names }: { Names: string[] }) => ({
      Parameters: Names.flatMap((name) => lookUp(name) ?? []),
      InvalidParameters: Names.filter((name) => lookUp(name) === undefined),
    }),
    GetParametersByPath: (input: { Path: string; Recursive?: boolean }) => {
      const path = input.Path.replace(/\/?$/, '/')
      const names = [...new Set([...images.keys(), ...Object.keys(state.parameters)])].sort()
      const below = names.filter(
        (name) => name.startsWith(path) && (input.Recursive || !name.slice(path.length).includes('/')),
      )
      return { Parameters: below.flatMap((name) => lookUp(name) ?? []) }
    },
    PutParameter: (input: { Name: string; Value: string; Type?: string; Overwrite?: boolean }) => {
      if (/^\/?aws/i.test(input.Name))
        throw new AwsFault('AccessDeniedException', 'No access to reserved parameter name: aws.')
      const known = Object.hasOwn(state.parameters, input.Name) ? state.parameters[input.Name] : undefined
      if (known && !input.Overwrite)
        throw new AwsFault(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        )
      const version = (known?.version ?? 0) + 1
      const modifiedMs = cloud.clock.now().getTime()
      state.parameters[input.Name] = {
        value: input.Value,
        type: input.Type ?? known?.type ?? 'String',
        version,
        modifiedMs,
      }
      cloud.state.changed()
      return { Version: version, Tier: 'Standard' }
    },
    DeleteParameter: ({ Name }: { Name: string }) => {
      if (!Object.hasOwn(state.parameters, Name))
        throw new AwsFault('ParameterNotFound', `Parameter ${Name} not found.`)
      delete state.parameters[Name]
      cloud.state.changed()
      return {}
    },
  }
  return { name: 'ssm', operations, start: async () => undefined, stop: async () => undefined }
}
