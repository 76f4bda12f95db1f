import { z } from 'zod'

/** A JSON Schema (2020-12, which OpenAPI 3.1 takes as it is). */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * Schemas as the document has them: those with a name of their own are collected, and referred to from wherever they
 * are used.
 */
export class SchemaCollection {
  readonly named = new Map<string, JsonSchema>()

  /** What is taken: fields that have a default may be left out, and unknown ones are refused. */
  input(schema: z.ZodType): JsonSchema {
    return this.converted(schema, 'input')
  }

  /** What is answered. A later version may add fields, so that clients must let unknown ones pass. */
  output(schema: z.ZodType): JsonSchema {
    return this.converted(schema, 'output')
  }

  private converted(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const {
      $schema: _dialect,
      $defs,
      ...own
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        delete jsonSchema.readOnly
        if (io === 'output' && jsonSchema.additionalProperties === false)
          delete jsonSchema.additionalProperties
      },
    }) as Record<string, unknown> & { $defs?: Record<string, JsonSchema> }
    for (const [name, definition] of Object.entries($defs ?? {})) this.add(name, referring(definition))
    if (typeof own.id !== 'string') return referring(own)
    this.add(own.id, referring(own))
    return { $ref: `#/components/schemas/${own.id}` }
  }

  private add(name: string, definition: JsonSchema): void {
    const { id: _id, ...schema } = definition
    this.named.set(name, schema)
  }
}

/** The same schema with its references to `$defs` pointing to where the document has them. */
function referring(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', '#/components/schemas/') : value,
  ) as JsonSchema
}
