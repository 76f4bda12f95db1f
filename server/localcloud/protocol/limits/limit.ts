/** What one member of an input may hold, as AWS's own service model says. */
export type Limit =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'decimal'; readonly min: number }
  | {
      readonly kind: 'text'
      readonly min: number
      readonly max: number
      readonly pattern: string | undefined
    }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly min: number; readonly max: number; readonly item: Limit | undefined }

/** Structure → member → limit. A structure's name is the one that the SDK's schema has. */
export type Limits = Readonly<Record<string, Readonly<Record<string, Limit>>>>

export const integer = (min = -Infinity, max = Infinity): Limit => ({ kind: 'integer', min, max })

export const decimal = (min: number): Limit => ({ kind: 'decimal', min })

/** Length in characters. Text that XML cannot carry is never allowed. */
export const text = (min = 0, max = Infinity, pattern?: string): Limit => ({
  kind: 'text',
  min,
  max,
  pattern,
})

export const oneOf = (...values: readonly string[]): Limit => ({ kind: 'oneOf', values })

export const list = (min: number, max: number, item?: Limit): Limit => ({ kind: 'list', min, max, item })
