import express, { Router, type Request, type Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import type { Person } from '../../domain/access.js'
import { slackEscaped } from '../../domain/slack-message.js'
import type { Deps } from '../deps.js'
import { readAs } from '../guard/reader.js'
import { requestIdOf } from '../guard/request-log.js'
import { isPlainText } from '../guard/plain-text.js'
import { isSignedBySlack } from '../guard/slack-signature.js'
import { problemOf } from '../problem.js'
import { answerCommand, type SlackAnswer } from './answer.js'
import { slashCommandOf, type SlashCommand } from './command.js'

/** Slack gives up after 3 s; what takes longer is answered later. */
const answerWithinMs = 2200
const refused = { limit: 60, windowMs: 60_000 }

/**
 * Slash commands. Nobody signs in here: Slack's signature says that the request is Slack's, and the configuration says which of
 * its users is who. A user without a name here can read nothing and do nothing.
 */
export function slackRouter(deps: Deps): Router {
  const router = Router()
  const limited = rateLimit({
    ...refused,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    message: 'Too many requests without a good signature. Nothing was done.\n',
  })
  router.post(
    '/commands',
    limited,
    express.raw({ type: () => true, limit: '64kb' }),
    async (request, response) => {
      const { signingSecret, people } = deps.slack
      response.set('Cache-Control', 'no-store')
      if (signingSecret === null)
        return plain(
          response,
          404,
          'Slack is not set up here (DELLING_SLACK_SIGNING_SECRET). Nothing was done.',
        )
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const [timestamp, signature] = [
        request.get('x-slack-request-timestamp'),
        request.get('x-slack-signature'),
      ]
      if (!isSignedBySlack(signingSecret, { timestamp, signature, body }, Date.now()))
        return plain(response, 401, 'This is not signed by Slack, or too old. Nothing was done.')
      const asked = slashCommandOf(body)
      const name = Object.hasOwn(people, asked.user) ? people[asked.user] : undefined
      const person = name === undefined ? null : await deps.senders.named(name)
      if (!person) return void response.json(unknownUser(asked.user))
      if (!isPlainText(asked.text)) return void response.json(unreadable)
      await readAs(person, () =>
        answerInTime(deps, request, response, person, { ...asked, signature: signature! }),
      )
    },
  )
  router.use(problems(deps))
  return router
}

async function answerInTime(
  deps: Deps,
  request: Request,
  response: Response,
  person: Person,
  asked: SlashCommand & { readonly signature: string },
): Promise<void> {
  const work = answerOnce(deps, person, asked).catch((error: unknown) => refusal(deps, request, error))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deps.slack.answerWithinMs ?? answerWithinMs)
  })
  const answer = await Promise.race([work, late])
  clearTimeout(timer)
  if (answer) return void response.json(answer)
  response.json({ response_type: 'ephemeral', text: 'AWS is being asked; the answer follows here.' })
  try {
    await deps.slack.lateReplies.send(asked.responseUrl, await work)
  } catch (error) {
    deps.logger.warn({ err: error, requestId: requestIdOf(request) }, 'a late answer did not reach Slack')
  }
}

/** A copy of a signed command must not do again what it did: no two that Slack sends are the same. */
async function answerOnce(
  deps: Deps,
  person: Person,
  asked: SlashCommand & { readonly signature: string },
): Promise<SlackAnswer> {
  if ((await deps.credentials.beginOnce(`slack ${asked.signature}`, '')) !== 'new') return cameBefore
  return answerCommand(deps, person, asked)
}

/** Slack shows the text of a 200 only: a refusal is an answer like others. */
function refusal({ logger }: Deps, request: Request, error: unknown): SlackAnswer {
  const requestId = requestIdOf(request)
  const { status, detail } = problemOf(error, requestId)
  if (status >= 500 && status !== 503) logger.error({ err: error, requestId }, 'a slash command failed')
  return { response_type: 'ephemeral', text: slackEscaped(detail) }
}

function unknownUser(user: string): SlackAnswer {
  return {
    response_type: 'ephemeral',
    text: `Delling does not know you (${slackEscaped(user.slice(0, 20))}). Whoever runs it can name you in DELLING_SLACK_PEOPLE. Nothing was done.`,
  }
}

const cameBefore: SlackAnswer = {
  response_type: 'ephemeral',
  text: 'This command came before. Nothing was done again.',
}

const unreadable: SlackAnswer = {
  response_type: 'ephemeral',
  text: 'The command holds a character that is none. Nothing was done; write it without.',
}

function plain(response: Response, status: number, sentence: string): void {
  response.status(status).type('text/plain').send(`${sentence}\n`)
}

/** A body that can’t be read, or is too large. */
function problems({ logger }: Deps): express.ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error)
    const requestId = requestIdOf(request)
    const { status, detail } = problemOf(error, requestId)
    if (status >= 500) logger.error({ err: error as unknown, requestId }, 'a slash command failed')
    plain(response, status, detail)
  }
}
