import { Router } from 'express'
import { Refusal } from '../../domain/refusal.js'
import type { Deps } from '../deps.js'
import { keepPackage } from '../keep-package.js'
import { receivePackage } from '../receive-package.js'

export function packagesApi(deps: Deps): Router {
  const api = Router()
  api.post('/packages', async (request, response) => {
    const { file } = await receivePackage(request, { dir: deps.uploadDir, maxBytes: deps.maxUploadBytes })
    if (!file) throw new Refusal('NoFile', 'Send the package in a field “file”. Nothing was kept.', 'invalid')
    response.status(201).json(await keepPackage(deps, file, request.get('x-content-sha256')))
  })
  return api
}
