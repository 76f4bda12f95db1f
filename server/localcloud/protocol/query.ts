import type { IncomingMessage } from 'node:http'
import { AwsFault } from '../fault.js'
import type { Codec, DecodedCall, Reply } from './codec.js'
import { checkInput } from './constraints.js'
import { FormField } from './form.js'
import type { ServiceModel } from './models.js'
import { FormReader, membersToXml, type Unreadable } from './shapes.js'

const namespaces: Readonly<Record<string, string>> = {
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  autoscaling: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
  elasticloadbalancing: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  monitoring: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
}

const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
const escaped = (value: string) => value.replace(/[<&>]/g, (char) => `&#${char.charCodeAt(0)};`)
const xml = (status: number, body: string): Reply => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8' },
  body,
})

/** Fields that every request may have: the protocol's own and those of a signature in the query. */
const ownFields = /^(Action|Version|AWSAccessKeyId|Signature\w*|SecurityToken|Timestamp|Expires|X-Amz-.*)$/

/** EC2 refuses parameters that it does not know; the other services pass them over. */
function checkKnown(form: FormField): void {
  const unknown = form.unread().find((name) => !ownFields.test(name))
  if (unknown !== undefined)
    throw new AwsFault('UnknownParameter', `The parameter ${unknown} is not recognized`)
}

const invalidValue: Unreadable = (name, value, expected) =>
  new AwsFault(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${name} is invalid. Expecting ${expected}.`,
  )

const malformed: Unreadable = (name, value, expected) =>
  new AwsFault('MalformedInput', `The value '${value}' of ${name} is not ${expected}`)

/** awsQuery and, for EC2, ec2Query: a form in, XML out; ec2Query has no `<OpResult>` around the members. */
export class QueryCodec implements Codec {
  constructor(
    private readonly service: string,
    private readonly model: ServiceModel | undefined,
    private readonly knows: (action: string) => boolean,
  ) {}

  decode(request: IncomingMessage, body: Buffer): DecodedCall {
    const form = FormField.from(
      new URLSearchParams(body.length > 0 ? body.toString('utf8') : request.url?.split('?')[1]),
    )
    const action = form.child('Action')?.value
    if (!action) throw new AwsFault('MissingAction', 'The request must contain the parameter Action.')
    const operation = this.model?.operation(action)
    if (!operation || !this.knows(action))
      throw new AwsFault('InvalidAction', `The action ${action} is not valid for this web service.`)
    const isEc2 = this.service === 'ec2'
    const reader = new FormReader(isEc2, isEc2 ? invalidValue : malformed)
    const input = reader.read(operation.input, form) as Record<string, unknown>
    if (isEc2) checkKnown(form)
    checkInput(this.service, operation, input)
    return { action, input }
  }

  reply(action: string, output: object, requestId: string): Reply {
    const shape = this.model?.operation(action)?.output
    const members = shape?.isStructSchema()
      ? membersToXml(shape, output as Record<string, unknown>)
      : undefined
    const open = `${head}<${action}Response xmlns="${namespaces[this.service] ?? ''}">`
    if (this.service === 'ec2') {
      const inner = members ?? '<return>true</return>'
      return xml(200, `${open}<requestId>${requestId}</requestId>${inner}</${action}Response>`)
    }
    const result = members === undefined ? '' : `<${action}Result>${members}</${action}Result>`
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
    return xml(200, `${open}${result}${metadata}</${action}Response>`)
  }

  error(fault: AwsFault, requestId: string): Reply {
    const code = `<Code>${escaped(fault.code)}</Code><Message>${escaped(fault.message)}</Message>`
    if (this.service === 'ec2') {
      const errors = `<Errors><Error>${code}</Error></Errors>`
      return xml(fault.status, `${head}<Response>${errors}<RequestID>${requestId}</RequestID></Response>`)
    }
    const type = fault.status >= 500 ? 'Receiver' : 'Sender'
    const open = `<ErrorResponse xmlns="${namespaces[this.service] ?? ''}">`
    const error = `<Error><Type>${type}</Type>${code}</Error><RequestId>${requestId}</RequestId>`
    return xml(fault.status, `${head}${open}${error}</ErrorResponse>`)
  }
}
