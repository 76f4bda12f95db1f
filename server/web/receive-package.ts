import { randomUUID, createHash } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import busboy from 'busboy'
import type { Request } from 'express'
import { Refusal } from '../domain/refusal.js'
import { HttpRefusal } from './http-refusal.js'

export interface ReceivedFile {
  readonly path: string
  readonly fileName: string
  /** Hex, computed while it was written. */
  readonly sha256: string
  readonly bytes: number
}

export interface Received {
  readonly fields: Readonly<Record<string, string>>
  /** Null when the form came without a file. */
  readonly file: ReceivedFile | null
}

interface Limits {
  readonly dir: string
  readonly maxBytes: number
}

/** Streams an upload to disk. Whoever calls removes the file; after a refusal nothing is left. */
export async function receivePackage(request: Request, limits: Limits): Promise<Received> {
  await mkdir(limits.dir, { recursive: true, mode: 0o700 })
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) return await receiveForm(request, limits)
  const fileName = plainFileName(request.get('x-file-name') ?? '')
  if (!fileName)
    throw new Refusal(
      'NoFileName',
      'Name the file in the header X-File-Name, such as shop-1.0.0.tgz. Nothing was kept.',
      'invalid',
    )
  return { fields: {}, file: await writeFile(request, fileName, limits) }
}

async function receiveForm(request: Request, limits: Limits): Promise<Received> {
  const fields: Record<string, string> = {}
  const sent: { file: Promise<ReceivedFile> | null } = { file: null }
  const form = formReader(request)
  form.on('field', (name, value) => void (fields[name] = value))
  form.on('file', (_name, stream, info) => {
    const fileName = plainFileName(info.filename ?? '')
    if (!fileName) return void stream.resume()
    sent.file = writeFile(stream, fileName, limits)
    // Awaited below; this only keeps a failure that comes before then from being called unhandled.
    sent.file.catch(() => stream.resume())
  })
  await pipeline(request, form).catch((error: unknown) => {
    if (!sent.file) throw unreadable(error)
  })
  return { fields, file: await sent.file }
}

/** Busboy throws at once when the header doesn't say what separates the parts. */
function formReader(request: Request) {
  try {
    return busboy({ headers: request.headers, limits: { files: 1, fields: 40, fieldSize: 16_384 } })
  } catch (error) {
    throw unreadable(error)
  }
}

function unreadable(error: unknown): Refusal {
  return new Refusal(
    'Unreadable',
    `The form could not be read: ${String(error)}. Nothing was kept.`,
    'invalid',
  )
}

async function writeFile(source: Readable, fileName: string, limits: Limits): Promise<ReceivedFile> {
  const target = path.join(limits.dir, randomUUID())
  const hash = createHash('sha256')
  let bytes = 0
  // Opened first: a stream that is broken off before its file is open would make the file after we removed it.
  const file = await open(target, 'wx', 0o600)
  try {
    await pipeline(
      source,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length
          if (bytes > limits.maxBytes) throw tooLarge(limits.maxBytes)
          hash.update(chunk)
          yield chunk
        }
      },
      file.createWriteStream(),
    )
    if (bytes === 0)
      throw new Refusal(
        'EmptyFile',
        `${fileName} is empty. Nothing was kept; choose the package's file.`,
        'invalid',
      )
  } catch (error) {
    await rm(target, { force: true })
    throw error
  }
  return { path: target, fileName, sha256: hash.digest('hex'), bytes }
}

function tooLarge(maxBytes: number): HttpRefusal {
  const megabytes = Math.floor(maxBytes / 1_048_576)
  return new HttpRefusal(
    'tooLarge',
    'TooLarge',
    `The package is larger than ${megabytes} MiB, the most that is taken as an upload. Nothing was kept; put it into S3 and give its s3: address.`,
  )
}

/** Browsers and command lines may send whole paths; only the last part of a plain name is kept. */
function plainFileName(name: string): string | null {
  const last = decodeName(name).split(/[\\/]/).at(-1)?.trim() ?? ''
  return /^[A-Za-z0-9@][A-Za-z0-9@._+~-]{0,199}$/.test(last) ? last : null
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
