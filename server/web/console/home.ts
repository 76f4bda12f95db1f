import { Router } from 'express'
import { Refusal } from '../../domain/refusal.js'
import { actorOf } from '../guard/signed-in.js'
import { firstRunPage, isFirstRun } from '../pages/first-run.js'
import { homePage } from '../pages/home.js'
import { sample } from '../pages/sample-versions.js'
import { placeOf } from './place-of.js'
import { readSampleFacts, readSamples } from './read-samples.js'
import type { RouteDeps } from './route-deps.js'

export function homeRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  const { history } = parts
  routes.get('/', async (request, response) => {
    const states = await history.clusterStates()
    const sampleState = states.find((state) => state.cluster.name === sample.cluster) ?? null
    if (isFirstRun(states, sampleState?.cluster.lastPush ?? 0)) {
      const facts = await readSampleFacts({ parts, engine })
      const model = firstRunPage({ ...facts, state: sampleState, paceDivisor: parts.place.paceDivisor })
      return show(request, response, { view: 'home-first-run', section: '/', model })
    }
    const [bakes, log] = await Promise.all([history.bakes({ limit: 20 }), history.logLines({ limit: 8 })])
    const samples = sampleState && states.length === 1 ? await readSamples({ parts, engine }, states) : []
    const model = homePage({ ...placeOf(parts), states, bakes, log, samples })
    show(request, response, { view: 'home', section: '/', model })
  })
  routes.post('/first-run/bake', async (request, response) => {
    const asked = (request.body as { version?: string } | undefined)?.version
    const versions = engine.sampleVersions().map((each) => each.version)
    if (asked && !versions.includes(asked))
      throw new Refusal(
        'NoSuchSample',
        `The sample has no version “${asked}”. Nothing was changed; it has ${versions.join(', ')}.`,
        'notFound',
      )
    for (const version of asked ? [asked] : versions.slice(0, 2))
      await engine.bakeSample(actorOf(request), version)
    response.redirect(303, '/')
  })
  routes.post('/first-run/cluster', async (request, response) => {
    const image = await sampleImage(0)
    const { operation } = await engine.createCluster(actorOf(request), {
      name: sample.cluster,
      image,
      size: 3,
      listenerPort: sample.listenerPort,
      reason: 'first steps',
    })
    response.redirect(303, `/operations/${operation.id}`)
  })
  routes.post('/first-run/deploy', async (request, response) => {
    const image = await sampleImage(1)
    const { operation } = await engine.deploy(actorOf(request), {
      cluster: sample.cluster,
      image,
      reason: 'first steps',
      // The cluster carries traffic before its create has watched it: then this waits for that.
      queue: true,
    })
    response.redirect(303, `/operations/${operation.id}`)
  })
  return routes

  async function sampleImage(index: number): Promise<string> {
    const version = engine.sampleVersions()[index]?.version
    const images = await history.images({ application: sample.application, limit: 50 })
    const image = images.find((each) => each.version === version)
    if (!image)
      throw new Refusal(
        'NotBaked',
        `The sample ${version ?? ''} is not baked yet. Nothing was changed; bake it first.`,
      )
    return image.name
  }
}
