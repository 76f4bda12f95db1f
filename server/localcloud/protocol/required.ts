import { AwsFault } from '../fault.js'
import type { OperationModel } from './models.js'
import { formName } from './shapes.js'

const uncapitalised = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

/** Throws as the service does when a required member is missing. */
export function checkRequired(
  service: string,
  model: OperationModel,
  input: Readonly<Record<string, unknown>>,
): void {
  const missing = model.required.filter((name) => input[name] === undefined)
  const first = missing[0]
  if (first === undefined) return
  if (service === 'ec2') {
    const name = formName(model.input.getMemberSchemas()[first] ?? model.input, first, true)
    throw new AwsFault('MissingParameter', `The request must contain the parameter ${name}`)
  }
  if (service === 'monitoring')
    throw new AwsFault('MissingParameter', `The request must contain the parameter ${first}.`)
  const details = missing.map(
    (name) => `Value null at '${uncapitalised(name)}' failed to satisfy constraint: Member must not be null`,
  )
  const count = `${missing.length} validation error${missing.length > 1 ? 's' : ''} detected: `
  throw new AwsFault(
    service === 'ssm' ? 'ValidationException' : 'ValidationError',
    count + details.join('; '),
  )
}
