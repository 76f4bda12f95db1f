import type { z } from 'zod'
import { freedGib, type ImageRetentionRun, type StayingImage } from '../../domain/image-retention-run.js'
import type { Image } from '../../domain/bake.js'
import type { ImageOutlook } from '../../engine/image-retention.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { keepImageInput, retentionPolicyInput, retentionRunInput, switchInput } from '../inputs/retention.js'
import { readOutlook, readOutlooks, readRetention } from '../retention-state.js'
import {
  imageRetention,
  keptImage,
  listedRetentionRun,
  retentionPolicy,
  retentionRun,
  retentionState,
} from './answers/retention.js'
import { afterOf, paged, pageOf, pageQuery } from './cursor.js'
import { pageByKey } from './list-page.js'
import { found } from './not-found.js'
import { imageName, onlyOfApplication, runId } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

/** When images are retired by themselves, and which are kept. */
export function retentionApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('Image retention')
  ofThePolicy(api, deps)
  ofRuns(api, deps)
  ofOneImage(api, deps)
  return api
}

function ofThePolicy(api: ApiRoutes, deps: Deps): void {
  api.get(
    '/image-retention',
    {
      id: 'readImageRetention',
      summary: 'The retention policy, how marks are made, and which dry run can be acted on',
      answers: { 200: retentionState },
    },
    async () => {
      const { dryRun, running, ...state } = await readRetention(deps)
      return reply(200, { ...state, dryRun: dryRun?.id ?? null, running: running?.id ?? null })
    },
  )
  api.post(
    '/image-retention/policy',
    {
      id: 'setImageRetentionPolicy',
      summary: 'Change what the retention policy says, for all or for one application',
      description: 'A policy that was changed is off until a dry run of it has been made.',
      body: retentionPolicyInput,
      answers: { 200: retentionPolicy },
    },
    async ({ body, request }) => reply(200, await deps.engine.setRetentionPolicy(actorOf(request), body)),
  )
  for (const on of [true, false])
    api.post(
      `/image-retention/${on ? 'on' : 'off'}`,
      {
        id: on ? 'switchImageRetentionOn' : 'switchImageRetentionOff',
        summary: on
          ? 'Have images retired every morning; needs a dry run of this very policy from the last 24 hours'
          : 'Have no images retired by themselves any more; a nightly run that is under way asks for no more',
        body: switchInput,
        answers: { 200: retentionPolicy },
      },
      async ({ body: { reason }, request }) =>
        reply(200, await deps.engine.switchRetention(actorOf(request), { on, reason })),
    )
}

function ofRuns(api: ApiRoutes, { parts, engine }: Deps): void {
  const { retention } = parts
  const whole = async (run: ImageRetentionRun) => shownRun(run, await retention.staying(run.id))
  api.post(
    '/image-retention/dry-runs',
    {
      id: 'dryRunImageRetention',
      summary: 'List what the policy would retire now and why each other image stays; changes nothing of AWS',
      answers: { 200: retentionRun },
    },
    async ({ request }) => reply(200, await whole(await engine.dryRunRetention(actorOf(request)))),
  )
  api.post(
    '/image-retention/runs',
    {
      id: 'startImageRetention',
      summary: 'Retire what a dry run listed, as far as it is judged the same now',
      body: retentionRunInput,
      answers: { 202: retentionRun },
    },
    async ({ body, request }) => reply(202, await whole(await engine.startRetention(actorOf(request), body))),
  )
  api.get(
    '/image-retention/runs',
    {
      id: 'listImageRetentionRuns',
      summary: 'The last 200 runs and dry runs, newest first',
      query: pageQuery,
      answers: { 200: pageOf('runs', listedRetentionRun) },
    },
    async ({ query: { limit, cursor }, request }) => {
      const after = afterOf('retention runs', cursor)
      const runs = await retention.runs(200)
      const begin = after === undefined ? 0 : runs.findIndex(({ id }) => id === after) + 1
      const rows = after !== undefined && begin === 0 ? [] : runs.slice(begin, begin + limit + 1)
      const page = paged(request, { list: 'retention runs', rows, limit, keyOf: ({ id }) => id })
      return reply(200, { runs: page.rows.map(listedRun), next: page.next })
    },
  )
  api.get(
    '/image-retention/runs/:id',
    {
      id: 'readImageRetentionRun',
      summary: 'A run or a dry run: what goes and what stays, with the reason of each',
      params: { id: runId },
      answers: { 200: retentionRun },
    },
    async ({ params: { id } }) => reply(200, await whole(found(await retention.run(id), 'run', id))),
  )
}

function ofOneImage(api: ApiRoutes, deps: Deps): void {
  const { parts, engine } = deps
  const params = { name: imageName }
  const imageNamed = async (name: string) => found(await parts.history.image(name), 'image', name)
  api.get(
    '/images/:name/retention',
    {
      id: 'readImageOutlook',
      summary:
        'When an image was last referenced, who keeps it, and what the retention policy would do with it',
      params,
      answers: { 200: imageRetention },
    },
    async ({ params: { name } }) => {
      const image = await imageNamed(name)
      return reply(200, shownOutlook(image, await readOutlook(deps, image)))
    },
  )
  api.get(
    '/image-retention/outlooks',
    {
      id: 'listImageOutlooks',
      summary: 'What the retention policy would do with each image, by name, and how much each holds',
      query: { application: onlyOfApplication, ...pageQuery },
      answers: { 200: pageOf('outlooks', imageRetention) },
    },
    async (asked) => {
      const { application } = asked.query
      const images = (await parts.history.everyImage()).filter(
        (image) => application === undefined || image.application === application,
      )
      const { byId } = await readOutlooks(deps)
      const outlooks = images.flatMap((image) => {
        const outlook = byId.get(image.imageId)
        return outlook ? [shownOutlook(image, outlook)] : []
      })
      const page = pageByKey(asked, 'image outlooks', outlooks, ({ image }) => image)
      return reply(200, { outlooks: page.rows, next: page.next })
    },
  )
  api.post(
    '/images/:name/keep',
    {
      id: 'keepImage',
      summary: 'Keep an image, whatever its age, until somebody releases it',
      params,
      body: keepImageInput,
      answers: { 200: keptImage },
    },
    async ({ params: { name }, body: { why }, request }) => {
      const image = await imageNamed(name)
      const keep = await engine.keepImage(actorOf(request), { image: image.imageId, why })
      return reply(200, { image: image.name, keep })
    },
  )
  api.post(
    '/images/:name/release',
    {
      id: 'releaseImage',
      summary: 'Keep an image no longer',
      params,
      answers: { 200: keptImage },
    },
    async ({ params: { name }, request }) => {
      const image = await engine.releaseImage(actorOf(request), (await imageNamed(name)).imageId)
      return reply(200, { image: image.name, keep: null })
    },
  )
}

function shownOutlook(
  { name }: Image,
  { mark, verdict, sizeGib }: ImageOutlook,
): z.output<typeof imageRetention> {
  return { image: name, ...mark, verdict: verdict?.verdict ?? null, why: verdict?.why ?? null, sizeGib }
}

function listedRun(run: ImageRetentionRun): z.output<typeof listedRetentionRun> {
  const { id, kind, at, actor, nightly, reason, policy, dryRunId, refused, state } = run
  return {
    id,
    kind,
    at,
    by: actor,
    nightly,
    reason,
    policyVersion: policy.version,
    dryRunId,
    refused,
    state,
    ended: state !== 'running',
    endedAt: run.endedAt,
    endSentence: run.endSentence,
    goesCount: run.images.length,
    staysCount: run.stayCount,
    freesGib: freedGib(run.images),
  }
}

function shownRun(run: ImageRetentionRun, stays: readonly StayingImage[]): z.output<typeof retentionRun> {
  return { ...listedRun(run), goes: run.images, stays }
}
