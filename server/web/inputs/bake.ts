import { z } from 'zod'
import { override } from './cluster.js'
import { atMostCharacters } from './issue-words.js'

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'A SHA-256 is 64 hexadecimal digits.')
  .describe('Of the package, in hex; checked again on the builder.')

export const bakeInput = z.strictObject({
  application: z.string('Choose an application.').min(1, 'Choose an application.'),
  version: z
    .string('Give a version, such as 1.4.0.')
    .regex(
      /^[0-9A-Za-z][0-9A-Za-z._+~-]{0,59}$/,
      'A version has up to 60 letters, digits and “. _ + ~ -”, such as 1.4.0.',
    ),
  package: z.strictObject({
    address: z
      .string()
      .regex(/^(https|s3):\/\/\S+$/, 'A package’s address begins with https:// or s3://.')
      .describe('Where the builder fetches it: `https://…`, or `s3://…` as an upload answers.'),
    sha256,
    fileName: z.string().max(200, atMostCharacters(200)).optional(),
  }),
  base: z
    .string()
    .max(300, atMostCharacters(300))
    .optional()
    .describe('The base image: its AMI id, or the name of an SSM parameter that holds one.'),
  instanceType: z.string().max(60, atMostCharacters(60)).optional(),
  startCommand: z
    .string()
    .max(2000, atMostCharacters(2000))
    .regex(/^[^\n]*$/, 'A start command is one line.')
    .optional(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/i, 'A commit is 7 to 64 hexadecimal digits.')
    .optional(),
  reason: z.string().max(500, atMostCharacters(500)).optional(),
  override,
})

export type BakeInput = z.output<typeof bakeInput>
