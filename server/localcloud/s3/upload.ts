import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Readable, Transform } from 'node:stream'
import { AwsFault } from '../fault.js'

/**
 * An upload's bytes as the caller meant them: `aws-chunked` framing removed, and an error at the end when the digest
 * that was signed is not the digest of what came.
 */
export function decodedUpload(request: IncomingMessage): Readable {
  const declared = String(request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD')
  const stream = declared.startsWith('STREAMING-')
    ? request.pipe(unchunked())
    : request.pipe(/^[0-9a-f]{64}$/.test(declared) ? verified(declared) : new PassAlong())
  request.on('error', (error) => stream.destroy(error))
  request.on('aborted', () =>
    stream.destroy(new AwsFault('IncompleteBody', 'The upload ended before its length.')),
  )
  return stream
}

class PassAlong extends Transform {
  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    done(null, chunk)
  }
}

function verified(expected: string): Transform {
  const hash = createHash('sha256')
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      if (hash.digest('hex') === expected) done()
      else
        done(
          new AwsFault(
            'XAmzContentSHA256Mismatch',
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
          ),
        )
    },
  })
}

/** `aws-chunked`: hexadecimal length and extensions, CRLF, bytes, CRLF, … a chunk of length 0, trailers. */
function unchunked(): Transform {
  let pending: Buffer = Buffer.alloc(0)
  let left = 0
  let ended = false
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk
      while (!ended && pending.length > 0) {
        if (left > 2) {
          const data = pending.subarray(0, left - 2)
          this.push(data)
          left -= data.length
          pending = pending.subarray(data.length)
          continue
        }
        if (left > 0) {
          const skipped = Math.min(left, pending.length)
          pending = pending.subarray(skipped)
          left -= skipped
          continue
        }
        const lineEnd = pending.indexOf('\r\n')
        if (lineEnd < 0) break
        const size = Number.parseInt(pending.subarray(0, lineEnd).toString('latin1').split(';')[0] ?? '', 16)
        if (Number.isNaN(size)) {
          done(new AwsFault('InvalidRequest', 'The body is not aws-chunked.'))
          return
        }
        pending = pending.subarray(lineEnd + 2)
        ended = size === 0
        left = size + 2
      }
      done()
    },
    flush(done) {
      done(ended ? null : new AwsFault('IncompleteBody', 'The upload ended before its length.'))
    },
  })
}
