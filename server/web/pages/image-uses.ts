import type { ImageUse } from '../../domain/image-uses.js'

export interface UseRow {
  readonly name: string
  readonly href: string | null
  readonly says: string
}

export function usesModel(uses: readonly ImageUse[]): readonly UseRow[] {
  return uses.map(({ name, says, href }) => ({ name, says, href }))
}
