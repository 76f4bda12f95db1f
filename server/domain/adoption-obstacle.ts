/** Why a group can't be adopted now, and what mends it. */
export interface AdoptionObstacle {
  readonly sentence: string
  readonly mend: string
}
