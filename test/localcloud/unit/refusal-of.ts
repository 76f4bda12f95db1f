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
