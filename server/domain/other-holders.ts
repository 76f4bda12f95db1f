import type { ListedGroup } from './account-listing.js'

interface Holder {
  readonly who: string
  readonly tags: RegExp
  readonly mend: string
}

const move = 'Leave it there, and create a cluster in Delling beside it that takes the traffic over.'

/** Services that put a group back to what they think it should be, known by the tags that they set. */
const holders: readonly Holder[] = [
  { who: 'Elastic Beanstalk', tags: /^elasticbeanstalk:/, mend: move },
  {
    who: 'Amazon ECS',
    tags: /^(AmazonECSManaged$|aws:ecs:)/,
    mend: 'Containers are not what Delling deploys: leave it to ECS.',
  },
  {
    who: 'Kubernetes (EKS)',
    tags: /^(eks:|kubernetes\.io\/cluster\/|k8s\.io\/|alpha\.eksctl\.io\/)/,
    mend: 'Nodes of a cluster are not what Delling deploys: leave it to EKS.',
  },
  { who: 'AWS Batch', tags: /^(AWSBatchServiceTag$|aws:batch:)/, mend: 'Leave it to Batch.' },
  {
    who: 'CodeDeploy',
    tags: /^(CodeDeployProvisioningDeploymentId$|aws:codedeploy:)/,
    mend: 'Take the group out of its deployment group: CodeDeploy would install over the image at each launch.',
  },
]

/** Which other tool holds the group, and by which tag that is known; null where none shows. */
export function whoHolds({
  tags,
}: Pick<ListedGroup, 'tags'>): { readonly who: string; readonly by: string; readonly mend: string } | null {
  const keys = Object.keys(tags)
  for (const { who, tags: known, mend } of holders) {
    const key = keys.find((each) => known.test(each))
    if (key) return { who, by: `tag ${key}`, mend }
  }
  return null
}

/** CodeDeploy’s hook makes each new instance wait for an installation. */
export function installsByHook(hooks: readonly { readonly LifecycleHookName?: unknown }[]): string | null {
  const names = hooks.map(({ LifecycleHookName: name }) => (typeof name === 'string' ? name : ''))
  return names.find((name) => name.startsWith('CodeDeploy-managed-')) ?? null
}
