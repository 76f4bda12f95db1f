import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { BakeRequest, PackageKind } from './bake.js'
import { Refusal } from './refusal.js'

/** The readable sources of what runs on a builder, by file name: `bootstrap.sh` and the files of `bake/provision`. */
export interface Recipe {
  readonly bootstrap: string
  readonly provision: Readonly<Record<string, string>>
}

/** EC2 takes no more user data than this, before base64. */
export const maxUserDataBytes = 16_384

/** What a package may be at most; see docs/baking.md. */
export const packageLimits = {
  packageBytes: 1024 ** 3,
  unpackedBytes: 2 * 1024 ** 3,
  entries: 200_000,
  /** How many times its packed size it may unpack to, beyond the first 100 MB. */
  ratio: 100,
} as const

const onlyFor: Readonly<Record<string, PackageKind>> = {
  'zip-to-tar.py': 'zip',
  'zip-to-tar.mjs': 'zip',
  'deb-to-tar.mjs': 'deb',
  'service-of-deb.sh': 'deb',
}

/**
 * The scripts as they travel: one shell script that writes each file, without the comments that are for readers of
 * `bake/`, and without what the kind of package never needs.
 */
export function packedRecipe(recipe: Recipe, kind: PackageKind): string {
  const names = Object.keys(recipe.provision).sort()
  return names
    .filter((name) => (onlyFor[name] ?? kind) === kind)
    .map((name) => {
      const content = withoutComments(recipe.provision[name] ?? '')
      return `cat >"$RECIPE/${name}" <<'END-OF-${name}'\n${content.replace(/\n?$/, '\n')}END-OF-${name}\n`
    })
    .join('')
}

/** Whole-line comments go; `#!` stays, because a script may write another script. */
function withoutComments(source: string): string {
  return source
    .split('\n')
    .filter((line) => !/^\s*(#(?!!)|\/\/ )/.test(line))
    .join('\n')
}

/** Changes with every script and every limit that takes part in a bake of this kind. */
export function recipeDigest(recipe: Recipe, kind: PackageKind): string {
  return sha256([
    withoutComments(recipe.bootstrap),
    packedRecipe(recipe, kind),
    JSON.stringify(packageLimits),
  ])
}

/**
 * What an image is made from, as one digest: base image, package, recipe and its parameters. The same inputs give the
 * image that is there. Where the package lies, who asks and why, are no inputs.
 */
export function contentKey(baseImageId: string, request: BakeRequest, recipe: Recipe): string {
  return sha256([
    baseImageId,
    request.package.sha256,
    request.package.kind,
    recipeDigest(recipe, request.package.kind),
    request.application,
    request.version,
    request.startCommand ?? '',
    String(request.port),
    request.healthPath,
  ])
}

/** Each part is measured, so that no two lists of parts read alike. */
function sha256(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex')
}

export interface UserDataInput {
  readonly bakeId: string
  readonly request: BakeRequest
  /** Readable by anybody who may read the builder's user data: good for an hour, and for this one file. */
  readonly packageUrl: string
  readonly registry: string | null
}

/**
 * The user data of a builder: parameters, the packed scripts, and the bootstrap that runs them. Throws Refusal when it is
 * larger than EC2 takes, which only a very long address or start command can cause.
 */
export function builderUserData(recipe: Recipe, input: UserDataInput): string {
  const { request } = input
  const parameters: Readonly<Record<string, string>> = {
    BAKE_ID: input.bakeId,
    APPLICATION: request.application,
    VERSION: request.version,
    PORT: String(request.port),
    HEALTH_PATH: request.healthPath,
    START_COMMAND: request.startCommand ?? '',
    PACKAGE_KIND: request.package.kind,
    PACKAGE_NAME: request.package.fileName,
    PACKAGE_SHA256: request.package.sha256,
    PACKAGE_URL: input.packageUrl,
    REGISTRY: input.registry ?? '',
    MAX_PACKAGE_BYTES: String(packageLimits.packageBytes),
    MAX_UNPACKED_BYTES: String(packageLimits.unpackedBytes),
    MAX_ENTRIES: String(packageLimits.entries),
    MAX_RATIO: String(packageLimits.ratio),
  }
  const packed = gzipSync(packedRecipe(recipe, request.package.kind), { level: 9 }).toString('base64')
  const userData = [
    '#!/bin/sh',
    `# Bakes ${request.application} ${request.version}: the readable scripts are in Delling's folder bake/.`.replaceAll(
      '\n',
      ' ',
    ),
    ...Object.entries(parameters).map(([name, value]) => `export ${name}=${shellQuoted(value)}`),
    `RECIPE_ARCHIVE=${packed}`,
    withoutComments(recipe.bootstrap),
  ].join('\n')
  const bytes = Buffer.byteLength(userData)
  if (bytes > maxUserDataBytes)
    throw new Refusal(
      'UserDataTooLong',
      `The builder’s user data would have ${bytes} bytes and EC2 takes ${maxUserDataBytes}: shorten the start command or the package’s address.`,
    )
  return userData
}

/** One word for a POSIX shell, whatever it holds. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
