#!/usr/bin/env node
import { prepare } from './prepare.js'

await prepare()
await import('../dist/server/launcher/main.js')
