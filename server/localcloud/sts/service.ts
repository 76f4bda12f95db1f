import type { LocalCloud, Service } from '../cloud.js'

/** Whoever signs is the account's owner: the local cloud has no users and no roles. */
export function makeSts(cloud: LocalCloud): Service {
  const { accountId } = cloud
  return {
    name: 'sts',
    operations: {
      GetCallerIdentity: () => ({
        Account: accountId,
        UserId: accountId,
        Arn: `arn:aws:iam::${accountId}:root`,
      }),
    },
    start: async () => undefined,
    stop: async () => undefined,
  }
}
