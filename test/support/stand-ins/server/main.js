import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

/** Stands for the console in tests of the launcher: healthy, hands out links, notes how it was started. */
const { port, databaseUrl, localCloud } = JSON.parse(process.env.DELLING_INTERNAL_HANDOVER)
const home = process.env.DELLING_HOME

if (process.env.STAND_IN_FAILS) {
  process.stderr.write('the stand-in fails as it was told\n')
  process.exit(1)
}

let links = 0
const server = createServer((request, response) => {
  if (request.url === '/healthz') return void response.end('{"status":"ready"}')
  if (
    request.url === '/api/v1/sign-in-links' &&
    request.headers.authorization === 'Bearer stand-in-token-0123456789'
  ) {
    links += 1
    response.statusCode = 201
    return void response.end(JSON.stringify({ url: `http://127.0.0.1:${port}/sign-in/link-${links}` }))
  }
  response.statusCode = 404
  response.end()
})
server.listen(port, '127.0.0.1', () => {
  const content = { url: `http://127.0.0.1:${port}`, token: 'stand-in-token-0123456789' }
  writeFileSync(join(home, 'console.json'), JSON.stringify(content), { mode: 0o600 })
  const aws = Object.keys(process.env).filter((name) => name.startsWith('AWS_'))
  writeFileSync(join(home, 'seen.json'), JSON.stringify({ pid: process.pid, databaseUrl, localCloud, aws }))
})
process.on('SIGTERM', () => {
  writeFileSync(join(home, 'order'), 'console\n', { flag: 'a' })
  process.exit(0)
})
