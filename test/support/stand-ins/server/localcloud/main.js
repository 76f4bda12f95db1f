import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

/** Stands for the local cloud in tests of the launcher: answers its health to whoever has the token. */
const flag = (name) => process.argv[process.argv.indexOf(name) + 1]
const { controlToken } = JSON.parse(readFileSync(flag('--key-file'), 'utf8'))

createServer((request, response) => {
  const isOurs =
    request.headers['x-localcloud-control'] === '1' &&
    request.headers.authorization === `Bearer ${controlToken}`
  response.statusCode = isOurs && request.url === '/_localcloud/health' ? 200 : 403
  response.end('{}')
}).listen(Number(flag('--port')), '127.0.0.1')

process.on('SIGTERM', () => {
  writeFileSync(join(flag('--home'), '..', 'order'), 'localcloud\n', { flag: 'a' })
  process.exit(0)
})
