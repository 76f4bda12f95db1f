import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AwsFault } from './fault.js'

const MOST_BYTES = 8 * 1024 * 1024

/** The body as it came. Throws AwsFault beyond 8 MB: no call but an upload is that large. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST_BYTES)
      throw new AwsFault('RequestEntityTooLarge', 'The request body is larger than 8 MB.', 413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export async function unpacked(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding !== 'gzip') return body
  try {
    return await promisify(gunzip)(body, { maxOutputLength: MOST_BYTES })
  } catch {
    throw new AwsFault(
      'SerializationException',
      'The request body is not gzip, or is larger than 8 MB unpacked.',
    )
  }
}
