import { Router } from 'express'
import type { Application } from '../../domain/application.js'
import { Refusal } from '../../domain/refusal.js'
import { editableOfApplication } from '../../engine/edit-application.js'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { applicationEditInput, applicationForm } from '../inputs/application.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { keptSentence, seenInForm, typedOver } from '../inputs/seen-fields.js'
import { editApplicationPage, type EditShown } from '../pages/applications.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

type Typed = Readonly<Record<string, unknown>>

/** What a browser sends empty is nothing, where nothing can be. */
const emptied = { email: null, startCommand: null, repositoryLink: null }

/** What an application is by default, as it is now or as it was typed. */
export function editApplicationRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/applications/:name/edit', async (request, response) => {
    const application = await read(request.params.name)
    const model = editApplicationPage(application, { filled: { values: fieldsOf(application), faults: [] } })
    show(request, response, { view: 'application-edit', section: '/applications', model })
  })
  routes.post('/applications/:name/edit', async (request, response) => {
    const { name } = request.params
    const { seen: seenBefore, ...typed } = request.body as Typed
    const { seen, text } = seenInForm(seenBefore)
    const sent = { ...emptied, ...fromForm(typed, applicationForm) }
    try {
      const input = parse(applicationEditInput, { ...sent, seen })
      await engine.editApplication(actorOf(request), name, input)
      response.redirect(303, `/applications/${name}`)
    } catch (error) {
      const application = await read(name)
      const isLate = error instanceof Refusal && error.code === 'EditedMeanwhile'
      const shown = isLate
        ? afterAnother(error, application, { typed, sent, seen: seen as Typed })
        : { filled: refilled(error, typed), seen: text }
      const status = isLate ? 409 : 400
      const model = editApplicationPage(application, shown)
      show(request, response, { view: 'application-edit', section: '/applications', status, model })
    }
  })
  return routes

  async function read(name: string): Promise<Application> {
    return found(await parts.history.application(name), 'application', name)
  }
}

/** The form of somebody who came second: it begins anew from what is there now. */
function afterAnother(
  { message, details }: Refusal,
  application: Application,
  form: { readonly typed: Typed; readonly sent: Typed; readonly seen: Typed },
): EditShown {
  const values = typedOver(editableOfApplication, { ...form, present: fieldsOf(application) })
  return { filled: { values, faults: details.faults ?? [] }, refusal: `${message} ${keptSentence}` }
}

function fieldsOf({ createdAt: _createdAt, ...fields }: Application): Typed {
  return fields
}
