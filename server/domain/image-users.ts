import type { Image } from './bake.js'
import type { ClusterState } from './cluster-state.js'
import { indexed } from './indexed.js'
import type { ServerGroup } from './server-group.js'

/** An image, and the recorded groups that run it or could. */
export interface ImageWithUsers {
  readonly image: Image
  readonly users: readonly ServerGroup[]
}

const usersById = indexed((states: readonly ClusterState[]) => {
  const users = new Map<string, ServerGroup[]>()
  for (const group of states.flatMap(({ groups }) => groups)) {
    const others = users.get(group.image.imageId)
    if (others) others.push(group)
    else users.set(group.image.imageId, [group])
  }
  return users
})

export function withUsers(image: Image, states: readonly ClusterState[]): ImageWithUsers {
  return { image, users: usersById(states, image.imageId) ?? [] }
}
