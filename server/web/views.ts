import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Handlebars from 'handlebars'

/** Templates are read from the source tree, which the build does not copy. */
export const viewsFolder = fileURLToPath(new URL('../../views', import.meta.url)).replace(
  /\/dist\/views$/,
  '/views',
)

/** Renders a page of `views/pages` inside the layout. */
export interface Views {
  render(page: string, model: object): string
  /** Changes whenever an asset does, so that browsers may keep each for ever. */
  readonly assetVersion: string
}

/** Compiles everything once, so that a broken template stops the start and not a request. */
export function loadViews(folder = viewsFolder): Views {
  const handlebars = Handlebars.create()
  for (const [name, source] of sources(path.join(folder, 'partials')))
    handlebars.registerPartial(name, source)
  const options: CompileOptions = { preventIndent: true, knownHelpersOnly: true }
  const compiled = new Map<string, HandlebarsTemplateDelegate>()
  for (const [name, source] of sources(path.join(folder, 'pages')))
    compiled.set(name, handlebars.compile(source, options))
  const layout = handlebars.compile(
    readFileSync(path.join(folder, 'layouts', 'console.hbs'), 'utf8'),
    options,
  )
  const assetVersion = versionOf(path.join(folder, 'assets'))
  return {
    assetVersion,
    render(page, model) {
      const template = compiled.get(page)
      if (!template) throw new Error(`there is no template views/pages/${page}.hbs`)
      return layout({ ...model, assetVersion, body: template(model) })
    },
  }
}

function sources(folder: string): [name: string, source: string][] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => [path.basename(file, '.hbs'), readFileSync(path.join(folder, file), 'utf8')])
}

function versionOf(folder: string): string {
  const hash = createHash('sha256')
  for (const file of readdirSync(folder).sort()) hash.update(readFileSync(path.join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}
