// Fetches an address into a file, for base images that have neither curl nor wget.
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const [address, file] = process.argv.slice(2)
const response = await fetch(address, { signal: AbortSignal.timeout(900_000) })
if (!response.ok || !response.body) {
  process.stdout.write(`the server answered ${response.status}\n`)
  process.exit(1)
}
await pipeline(Readable.fromWeb(response.body), createWriteStream(file))
