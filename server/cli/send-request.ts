import type { ReadStream } from 'node:fs'
import http from 'node:http'
import https from 'node:https'

export interface HttpReply {
  readonly status: number
  readonly body: string
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | ReadStream | undefined
  readonly timeoutMs: number
}

const agents = {
  'http:': new http.Agent({ keepAlive: true }),
  'https:': new https.Agent({ keepAlive: true }),
}

/** One exchange. Rejects with Node's own error when the console cannot be reached or falls silent. */
export function sendRequest({ method, url, headers, body, timeoutMs }: HttpRequest): Promise<HttpReply> {
  const isSecure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request(
      url,
      { method, headers, agent: isSecure ? agents['https:'] : agents['http:'], timeout: timeoutMs },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        )
      },
    )
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)))
    request.on('error', reject)
    if (body === undefined || typeof body === 'string') request.end(body)
    else body.on('error', (error) => request.destroy(error)).pipe(request)
  })
}

/** Ends idle connections, so that the process can. */
export function closeConnections(): void {
  agents['http:'].destroy()
  agents['https:'].destroy()
}
