import { tgzBytes } from './archives.js'

/**
 * An application that tells its version and does, inside its instance, what it is told: reads a file, lists a folder, or
 * asks an address, as a hostile release would.
 */
const source = `
const { createServer } = require('node:http')
const fs = require('node:fs')
const version = require('./package.json').version
createServer(async (request, response) => {
  const url = new URL(request.url, 'http://x')
  const tell = (value) => response.end(JSON.stringify(value))
  try {
    if (url.pathname === '/read') return tell({ text: fs.readFileSync(url.searchParams.get('path'), 'utf8') })
    if (url.pathname === '/list') return tell({ names: fs.readdirSync(url.searchParams.get('path')) })
    if (url.pathname === '/env') return tell(process.env)
    if (url.pathname === '/pid') return tell({ pid: process.pid })
    if (url.pathname === '/kill') return tell({ killed: process.kill(Number(url.searchParams.get('pid')), 'SIGKILL') })
    if (url.pathname === '/ask') {
      const { address, ...init } = JSON.parse(url.searchParams.get('request'))
      const reply = await fetch(address, init)
      return tell({ status: reply.status, text: await reply.text() })
    }
  } catch (error) {
    return tell({ error: String(error.code || error.message) })
  }
  response.end(version)
}).listen(process.env.PORT, process.env.HOST)
`

export function probePackage(version: string): Buffer {
  return tgzBytes([
    { path: 'package/main.js', content: source },
    {
      path: 'package/package.json',
      content: JSON.stringify({ name: 'probe', version, scripts: { start: 'node main.js' } }),
    },
  ])
}
