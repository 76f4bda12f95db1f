import type { IncomingMessage } from 'node:http'
import { AwsFault } from '../fault.js'
import type { Codec, DecodedCall, Reply } from './codec.js'
import type { ServiceModel } from './models.js'
import { checkRequired } from './required.js'
import { membersToXml, parseForm } from './shapes.js'

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

/** awsQuery and, for EC2, ec2Query: a form in, XML out; ec2Query has no `<OpResult>` around the members. */
export class QueryCodec implements Codec {
  constructor(
    private readonly service: string,
    private readonly model: ServiceModel | undefined,
    private readonly knows: (action: string) => boolean,
  ) {}

  decode(request: IncomingMessage, body: Buffer): DecodedCall {
    const form = new URLSearchParams(body.length > 0 ? body.toString('utf8') : request.url?.split('?')[1])
    const action = form.get('Action')
    if (!action) throw new AwsFault('MissingAction', 'The request must contain the parameter Action.')
    const operation = this.model?.operation(action)
    if (!operation || !this.knows(action))
      throw new AwsFault('InvalidAction', `The action ${action} is not valid for this web service.`)
    const input = parseForm(operation.input, form, '', this.service === 'ec2') as Record<string, unknown>
    checkRequired(this.service, operation, input)
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
