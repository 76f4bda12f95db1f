import { z } from 'zod'

/** What the launcher made or found and the console cannot know by itself. */
const handoverSchema = z.strictObject({
  databaseUrl: z.string().optional(),
  port: z.number().int().optional(),
  localCloud: z
    .strictObject({
      url: z.string(),
      accessKey: z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() }),
      controlToken: z.string(),
    })
    .optional(),
})

export type Handover = z.infer<typeof handoverSchema>

const variable = 'DELLING_INTERNAL_HANDOVER'

/** The launcher's word to the console by environment: other users cannot read it, unlike a command line. */
export function writeHandover(handover: Handover): Record<string, string> {
  return { [variable]: JSON.stringify(handover) }
}

export function readHandover(env: Readonly<Record<string, string | undefined>>): Handover {
  const text = env[variable]
  return text === undefined ? {} : handoverSchema.parse(JSON.parse(text))
}
