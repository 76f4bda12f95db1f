import type { ClusterState } from '../../domain/cluster-state.js'
import { sample, sampleRows, type SampleFacts, type SampleRow } from '../pages/sample-versions.js'
import type { RouteDeps } from './route-deps.js'

type Reads = Pick<RouteDeps, 'parts' | 'engine'>

export async function readSampleFacts({ parts, engine }: Reads): Promise<SampleFacts> {
  const only = { application: sample.application, limit: 50 }
  const [images, bakes] = await Promise.all([parts.history.images(only), parts.history.bakes(only)])
  return { versions: engine.sampleVersions(), images, bakes }
}

/** The versions of the sample with what may be done with each; none where the sample's cluster is not there. */
export async function readSamples(reads: Reads, states: readonly ClusterState[]): Promise<SampleRow[]> {
  const state = states.find(({ cluster }) => cluster.name === sample.cluster)
  return state ? sampleRows(await readSampleFacts(reads), state) : []
}
