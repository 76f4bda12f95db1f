import { Refusal } from '../../domain/refusal.js'
import type { Deps } from '../deps.js'
import { keepPackage } from '../keep-package.js'
import { receivePackage } from '../receive-package.js'
import { keptPackage } from './answers/bake.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

export function packagesApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('Images and bakes')
  api.post(
    '/packages',
    {
      id: 'uploadPackage',
      summary: 'Upload a package, to be baked by its address and digest',
      description:
        'The same file is kept once, under its digest, so that sending it again changes nothing; an Idempotency-Key is not needed and not looked at.',
      headers: {
        'X-File-Name': 'The file’s name, such as shop-1.0.0.tgz; for a body that is the file itself.',
        'X-Content-SHA256': 'What its SHA-256 must be, in hex; checked before it is kept.',
      },
      upload: {
        'application/octet-stream': 'The file itself.',
        'multipart/form-data': 'A form with the file in the field “file”.',
      },
      answers: { 201: keptPackage },
    },
    async ({ request }) => {
      const { file } = await receivePackage(request, { dir: deps.uploadDir, maxBytes: deps.maxUploadBytes })
      if (!file)
        throw new Refusal('NoFile', 'Send the package in a field “file”. Nothing was kept.', 'invalid')
      return reply(201, await keepPackage(deps, file, request.get('x-content-sha256')))
    },
  )
  return api
}
