// Sunrise: the sample application. One page that says which version answers, and from where.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { page } from './page.js'
import { readPlace } from './place.js'

const look = JSON.parse(readFileSync(new URL('./look.json', import.meta.url), 'utf8'))
const place = await readPlace()
const html = page(look, place)

const server = createServer((request, response) => {
  const path = request.url.split('?')[0]
  const head = { 'x-version': look.version, 'cache-control': 'no-store' }
  if (path === '/healthz' || path === '/') {
    if (!look.healthy) {
      response.writeHead(503, { ...head, 'content-type': 'text/plain; charset=utf-8' })
      response.end(`sunrise ${look.version} is not ready: the sun cannot be found\n`)
      return
    }
    if (path === '/healthz') {
      response.writeHead(200, { ...head, 'content-type': 'text/plain; charset=utf-8' }).end('ok\n')
      return
    }
    response.writeHead(200, { ...head, 'content-type': 'text/html; charset=utf-8' }).end(html)
    return
  }
  if (path === '/version') {
    const facts = { version: look.version, host: hostname(), ...place }
    response.writeHead(200, { ...head, 'content-type': 'application/json' }).end(`${JSON.stringify(facts)}\n`)
    return
  }
  response
    .writeHead(404, { ...head, 'content-type': 'text/plain; charset=utf-8' })
    .end('There is nothing here.\n')
})

// Longer than a load balancer keeps an idle connection, so that it never sends into one that we have just closed.
server.keepAliveTimeout = 75_000
server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? '0.0.0.0', () => {
  console.log(`sunrise ${look.version} listens on port ${server.address().port}`)
})

// Requests that have begun are answered before the instance goes.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
