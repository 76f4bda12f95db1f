import type { Service } from '../../../server/localcloud/cloud.js'
import { checkInput } from '../../../server/localcloud/protocol/constraints.js'
import { serviceModel } from '../../../server/localcloud/protocol/models.js'
import { ask } from './fake-cloud.js'

/** What a call is answered with, checked as on the wire: `Code: message` of its fault, or `done`. */
export async function refusalOf(service: Service, action: string, input: object): Promise<string> {
  const model = (await serviceModel(service.name))?.operation(action)
  if (!model) throw new Error(`${service.name} has no operation ${action}`)
  try {
    checkInput(service.name, model, input as Record<string, unknown>)
    await ask(service, action, input)
    return 'done'
  } catch (error) {
    const { name, message } = error as Error
    return `${name}: ${message}`
  }
}

/** A row's input with the names that its file gives things put in: `$group` becomes `names.group`. */
export function filledIn<Input>(input: Input, names: Readonly<Record<string, string>>): Input {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replace(/\$([a-z]+)/g, (whole, name: string) => names[name] ?? whole)
    if (Array.isArray(value)) return value.map(fill)
    if (value === null || typeof value !== 'object' || value instanceof Date) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)]))
  }
  return fill(input) as Input
}
