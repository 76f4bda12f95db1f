import { createHash } from 'node:crypto'
import { Router, type Request, type Response } from 'express'
import { clusterName, parseClusterName } from '../../domain/names.js'
import { Refusal } from '../../domain/refusal.js'
import { queryText } from '../api/query.js'
import { actorOf } from '../guard/signed-in.js'
import { clusterForm, clusterInput, type ClusterInput } from '../inputs/cluster.js'
import { fromForm, without } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { clusterSections } from '../pages/cluster-new-fields.js'
import { newClusterPage, type NewClusterFacts } from '../pages/cluster-new.js'
import type { Filled } from '../pages/field.js'
import type { RouteDeps } from './route-deps.js'

const stacks = ['main', 'staging', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

type Typed = Record<string, unknown>
type Planned = Pick<NewClusterFacts, 'plan' | 'refusal' | 'digest' | 'filled'>

/** The form of a new cluster. Its plan stands beside it; what is created is what the plan was shown for. */
export function newClusterRoutes(deps: RouteDeps): Router {
  const { engine } = deps
  const routes = Router()
  routes.get('/clusters/new', async (request, response) => {
    const typed: Typed = {}
    for (const name of ['application', 'image', 'stack'])
      if (queryText(request, name)) typed[name] = queryText(request, name)
    const named = parseClusterName(queryText(request, 'name') ?? '')
    if (named)
      Object.assign(typed, {
        application: named.application,
        stack: named.stack ?? '',
        detail: named.detail ?? '',
      })
    typed.stack ??= await unusedStack(deps, typed.application)
    await form(deps, request, response, typed, { first: true })
  })
  routes.post('/clusters/new', async (request, response) => {
    const { do: deed, planned, ...typed } = request.body as Typed
    if (deed !== 'create') return form(deps, request, response, typed)
    const input = tryInput(typed)
    if ('faults' in input || digestOf(input) !== planned)
      return form(deps, request, response, typed, { again: true })
    try {
      const { operation } = await engine.createCluster(actorOf(request), input)
      response.redirect(303, `/operations/${operation.id}`)
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'invalid') throw error
      await form(deps, request, response, typed)
    }
  })
  return routes
}

async function form(
  deps: RouteDeps,
  request: Request,
  response: Response,
  typed: Typed,
  how: { first?: boolean; again?: boolean } = {},
): Promise<void> {
  const { parts, show } = deps
  const { history, account, defaults } = parts
  const [applications, images, catalog] = await Promise.all([
    history.applications(),
    history.images({ limit: 500 }),
    account.catalog(),
  ])
  const application = typeof typed.application === 'string' ? typed.application : null
  const where = { cluster: null, application, region: parts.place.region, timeZone: defaults.timeZone }
  const bare = {
    may: { obstacles: [] },
    applications,
    images,
    catalog,
    defaults,
    name: nameOf(typed, applications[0]?.name ?? 'shop'),
    again: false,
  }
  // What the form shows to begin with is what it is planned with: its own defaults, read back from the page's model.
  const values = how.first
    ? firstValues(
        newClusterPage({
          ...bare,
          filled: { values: typed, faults: [] },
          plan: null,
          refusal: null,
          digest: '',
        }),
      )
    : typed
  const planned = applications.length === 0 ? nothingYet(values) : await plan(deps, values)
  const model = newClusterPage({
    ...bare,
    ...planned,
    // Whatever can't be planned yet is asked about without its name.
    may: planned.plan ?? (await deps.engine.mayStart('create', where)),
    name: nameOf(values, applications[0]?.name ?? 'shop'),
    again: how.again === true && planned.plan !== null,
  })
  const status = !how.first && planned.filled.faults.length > 0 ? 400 : 200
  show(request, response, {
    view: 'cluster-new',
    section: '/clusters',
    status,
    model,
    seenAt: catalog.readAt,
  })
}

/** Where no application is, no field can be filled in rightly: what comes first is said instead. */
const nothingYet = (values: Typed): Planned => ({
  plan: null,
  refusal: 'Register an application and bake an image of it first: a cluster is made of an image.',
  digest: '',
  filled: { values, faults: [] },
})

async function plan({ engine }: RouteDeps, typed: Typed): Promise<Planned> {
  const input = tryInput(typed)
  if ('faults' in input)
    return {
      plan: null,
      refusal: input.sentence,
      digest: '',
      filled: { values: typed, faults: input.faults },
    }
  try {
    return {
      plan: await engine.planCluster(input),
      refusal: null,
      digest: digestOf(input),
      filled: { values: typed, faults: [] },
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return {
      plan: null,
      refusal: error.message,
      digest: '',
      filled: { values: typed, faults: error.details.faults ?? [] },
    }
  }
}

function tryInput(typed: Typed): ClusterInput | { faults: Filled['faults']; sentence: string } {
  const rest = without(typed, ['application', 'stack', 'detail'])
  try {
    return parse(clusterInput, { ...fromForm(rest, clusterForm), name: nameOf(typed, '') })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { faults: error.details.faults ?? [], sentence: error.message }
  }
}

function nameOf(typed: Typed, application: string | undefined): string {
  const text = (name: string) => (typeof typed[name] === 'string' ? typed[name].trim() : '')
  const stack = typed.stack === undefined ? 'main' : text('stack')
  return clusterName({
    application: text('application') || (application ?? ''),
    stack: stack || null,
    detail: text('detail') || null,
  })
}

/** The first stack of an application (the first one there is, where none is chosen) that no cluster has yet. */
async function unusedStack({ parts }: RouteDeps, chosen: unknown): Promise<string> {
  const [clusters, applications] = await Promise.all([parts.history.clusters(), parts.history.applications()])
  const application = typeof chosen === 'string' ? chosen : applications[0]?.name
  const used = new Set(clusters.map((each) => each.name))
  return stacks.find((stack) => !used.has(nameOf({ stack }, application))) ?? ''
}

function firstValues(page: ReturnType<typeof newClusterPage>): Typed {
  const fields = clusterSections.flatMap((section) => page[section])
  const subnets = page.subnets.filter((each) => each.chosen).map((each) => each.value)
  return { ...Object.fromEntries(fields.map((each) => [each.name, each.value])), subnets }
}

function digestOf(input: ClusterInput): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 32)
}
