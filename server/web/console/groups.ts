import { Router, type Request, type Response } from 'express'
import { pushLabel } from '../../domain/names.js'
import { Refusal } from '../../domain/refusal.js'
import type { ServerGroup } from '../../domain/server-group.js'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm } from '../inputs/form.js'
import { keepInput } from '../inputs/group.js'
import { parse } from '../inputs/parse.js'
import { confirmPage } from '../pages/confirm.js'
import { field, unfilled, type Filled } from '../pages/field.js'
import { groupPage } from '../pages/group.js'
import { say, strong } from '../pages/head.js'
import { placeOf } from './home.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

const section = '/clusters'
const hourMs = 3_600_000

export function groupRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  const { history } = parts
  const groupOf = async (name: string) => found(await history.serverGroup(name), 'server group', name)
  routes.get('/groups/:name', async (request, response) => {
    const group = await groupOf(request.params.name)
    const view =
      group.role === 'destroyed' ? null : await engine.clusterView(group.cluster, 2000).catch(() => null)
    const log = await history.log({ stream: `operation:${group.operationId}`, limit: 30 })
    const zone = view?.cluster.policy.timeZone ?? parts.defaults.timeZone
    const seen = view?.groups.find((each) => each.group.name === group.name) ?? null
    const model = groupPage({
      group,
      view: seen,
      log,
      mayReturn: view?.active === null && !view.cluster.needsPerson,
      now: parts.clock.now(),
      zone,
    })
    show(request, response, { view: 'group', section, model, seenAt: view?.seenAt ?? null, zone })
  })
  routes.get('/groups/:name/instances/:id', async (request, response) => {
    const { name, id } = request.params
    const group = await groupOf(name)
    const view = await engine.clusterView(group.cluster, 2000)
    const instances = view.groups.find((each) => each.group.name === name)?.instances ?? []
    found(
      instances.find((each) => each.instanceId === id),
      `instance of ${name}`,
      id,
    )
    const output = await parts.cloud.consoleOutput(id)
    const crumbs = [
      { label: group.cluster, href: `/clusters/${group.cluster}` },
      { label: pushLabel(name), href: `/groups/${name}` },
      { label: id },
    ]
    const model = {
      title: id,
      heading: id,
      crumbs,
      sentence: say('What it wrote to its console since it started.'),
      acts: [],
      liveMs: 5000,
      output,
    }
    show(request, response, { view: 'console-output', section, model, seenAt: view.seenAt })
  })
  routes.get('/groups/:name/keep', async (request, response) =>
    keepForm(request, response, await groupOf(request.params.name), unfilled),
  )
  routes.post('/groups/:name/keep', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, {})
    const hours = typed.for === 'ever' ? null : Number(typed.for)
    try {
      const { why } = parse(keepInput, {
        why: typed.why ?? '',
        ...(hours === null ? { until: null } : { hours }),
      })
      const until = hours === null ? null : new Date(parts.clock.now().getTime() + hours * hourMs)
      await engine.keepGroup(actorOf(request), { group: name, until, why })
      response.redirect(303, `/groups/${name}`)
    } catch (error) {
      keepForm(request, response, await groupOf(name), refilled(error, typed), 400)
    }
  })
  routes.post('/groups/:name/release', async (request, response) => {
    await engine.releaseGroup(actorOf(request), request.params.name)
    response.redirect(303, `/groups/${request.params.name}`)
  })
  routes.get('/groups/:name/destroy', async (request, response) =>
    destroyForm(request, response, await groupOf(request.params.name), unfilled),
  )
  routes.post('/groups/:name/destroy', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, {})
    if (typed.name !== name) {
      const faults = [{ field: 'name', sentence: `Type “${name}” to destroy it. Nothing was changed.` }]
      return destroyForm(request, response, await groupOf(name), { values: typed, faults }, 400)
    }
    const { operation } = await engine.destroyGroup(actorOf(request), {
      group: name,
      reason: typeof typed.reason === 'string' ? typed.reason : '',
    })
    response.redirect(303, operation ? `/operations/${operation.id}` : `/groups/${name}`)
  })
  return routes

  function keepForm(
    request: Request,
    response: Response,
    group: ServerGroup,
    filled: Filled,
    status = 200,
  ): void {
    refuseUnlessKept(group)
    show(request, response, { view: 'confirm', section, status, model: keepPage(group, filled) })
  }

  function destroyForm(
    request: Request,
    response: Response,
    group: ServerGroup,
    filled: Filled,
    status = 200,
  ): void {
    if (group.role === 'destroyed') return response.redirect(303, `/groups/${group.name}`)
    show(request, response, {
      view: 'confirm',
      section,
      status,
      model: destroyPage(group, filled, placeOf(parts).now),
    })
  }
}

function refuseUnlessKept(group: ServerGroup): void {
  if (['warm', 'rejected', 'failed'].includes(group.role)) return
  throw new Refusal(
    'nothing-to-keep',
    `${group.name} is ${group.role}: only a warm, rejected or failed group has an end that could be moved. Nothing was changed.`,
  )
}

function crumbsOf(group: ServerGroup, last: string) {
  return [
    { label: group.cluster, href: `/clusters/${group.cluster}` },
    { label: pushLabel(group.name), href: `/groups/${group.name}` },
    { label: last },
  ]
}

function keepPage(group: ServerGroup, filled: Filled) {
  const choices = [
    { value: '24', label: 'another day' },
    { value: '72', label: 'three days' },
    { value: '168', label: 'a week' },
    { value: 'ever', label: 'for ever, until it is released' },
  ]
  return confirmPage({
    heading: `Keep ${group.name} longer?`,
    crumbs: crumbsOf(group, 'keep'),
    sentence: 'The nightly cleanup leaves it alone until then. It keeps running, and costing.',
    action: `/groups/${group.name}/keep`,
    fields: [
      field(filled, 'for', 'Keep it for', { choices, fallback: '24' }),
      field(filled, 'why', 'Why', { required: true, help: 'Shown beside it, so that others know.' }),
    ],
    consequences: [
      'It stays as it is: no traffic, health-checked, healed.',
      'It still counts as one of the groups that the cluster keeps warm.',
      'It can be released at any time.',
    ],
    button: `Keep ${pushLabel(group.name)}`,
    back: { label: 'Leave it as it is', href: `/groups/${group.name}` },
  })
}

function destroyPage(group: ServerGroup, filled: Filled, _now: Date) {
  const warm = group.role === 'warm'
  return confirmPage({
    heading: `Destroy ${group.name}?`,
    crumbs: crumbsOf(group, 'destroy'),
    sentence: say(
      strong('It cannot be undone'),
      warm
        ? `: switching back to ${pushLabel(group.name)} is no longer possible after it.`
        : '. Its console output goes with it.',
    ),
    action: `/groups/${group.name}/destroy`,
    fields: [
      field(filled, 'name', `Type ${group.name}`, { mono: true, required: true }),
      field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
    ],
    consequences: [
      'It leaves the listener rule first; requests that it still answers are drained.',
      `Its ${group.size.desired} instances, Auto Scaling group, target group, launch template and alarms go.`,
      'Afterwards it is looked whether anything of it is left.',
      'It is refused if the group carries traffic.',
    ],
    button: `Destroy ${group.name}`,
    bad: true,
    back: { label: 'Keep it', href: `/groups/${group.name}` },
  })
}
