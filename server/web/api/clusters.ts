import { Router } from 'express'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { clusterInput, decommissionInput } from '../inputs/cluster.js'
import { clusterEditInput } from '../inputs/cluster-edit.js'
import { deployInput, switchBackInput } from '../inputs/deployment.js'
import { parse } from '../inputs/parse.js'
import { shownOperation } from './shown.js'

export function clustersApi({ engine }: Deps): Router {
  const api = Router()
  api.get('/clusters', async (_request, response) => {
    response.json({ clusters: await engine.clusterSummaries() })
  })
  api.post('/clusters/plan', async (request, response) => {
    const { names, plan, warnings } = await engine.planCluster(parse(clusterInput, request.body))
    response.json({ names, plan, warnings })
  })
  api.post('/clusters', async (request, response) => {
    const { operation, cluster } = await engine.createCluster(
      actorOf(request),
      parse(clusterInput, request.body),
    )
    response
      .status(202)
      .json({ operation: shownOperation(operation), href: `/operations/${operation.id}`, cluster })
  })
  api.get('/clusters/:name', async (request, response) => {
    response.json(engine.statusDocument(await engine.clusterView(request.params.name)))
  })
  api.post('/clusters/:name/edit/plan', async (request, response) => {
    response.json(await engine.planEdit(request.params.name, parse(clusterEditInput, request.body)))
  })
  api.post('/clusters/:name/edit', async (request, response) => {
    const input = parse(clusterEditInput, request.body)
    response.json(await engine.editCluster(actorOf(request), request.params.name, input))
  })
  api.post('/clusters/:name/restore', async (request, response) => {
    await engine.restoreRule(actorOf(request), request.params.name)
    response.status(202).json({ cluster: request.params.name })
  })
  api.post('/clusters/:name/deployments/plan', async (request, response) => {
    const input = parse(deployInput, request.body)
    response.json(await engine.planDeploy({ ...input, cluster: request.params.name }))
  })
  api.post('/clusters/:name/deployments', async (request, response) => {
    const input = parse(deployInput, request.body)
    const { operation } = await engine.deploy(actorOf(request), { ...input, cluster: request.params.name })
    response.status(202).json({ operation: shownOperation(operation), href: `/operations/${operation.id}` })
  })
  api.post('/clusters/:name/rollback/plan', async (request, response) => {
    const input = parse(switchBackInput, request.body)
    response.json(await engine.planSwitchBack({ ...input, cluster: request.params.name }))
  })
  api.post('/clusters/:name/rollback', async (request, response) => {
    const input = parse(switchBackInput, request.body)
    const { operation } = await engine.switchBack(actorOf(request), {
      ...input,
      cluster: request.params.name,
    })
    response.status(202).json({ operation: shownOperation(operation), href: `/operations/${operation.id}` })
  })
  api.post('/clusters/:name/decommission/plan', async (request, response) => {
    response.json(await engine.planDecommission(request.params.name))
  })
  api.post('/clusters/:name/decommission', async (request, response) => {
    const input = parse(decommissionInput, request.body)
    const { name } = request.params
    const { operation } = await engine.decommission(actorOf(request), { ...input, cluster: name })
    response.status(202).json({ operation: shownOperation(operation), href: `/operations/${operation.id}` })
  })
  return api
}
