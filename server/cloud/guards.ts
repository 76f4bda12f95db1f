import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts'
import type { Clients, ServiceClients } from './clients.js'

const serviceNames = ['ec2', 'autoScaling', 'elb', 'cloudwatch', 'sts', 'ssm', 's3'] as const

/** Throws a plain Error unless every client of both sets would speak to this machine only. */
export async function refuseUnlessLoopback(clients: Clients): Promise<void> {
  for (const set of [clients.readers, clients.writers])
    for (const name of serviceNames) {
      const host = await hostOf(set, name)
      if (host !== null && isLoopback(host)) continue
      throw new Error(
        `The local cloud is on this machine, but ${name} would be asked at ${host ?? 'AWS itself'}; nothing was sent. ` +
          'Unset what points it elsewhere, or choose DELLING_CLOUD=endpoint or aws.',
      )
    }
}

async function hostOf(set: ServiceClients, name: (typeof serviceNames)[number]): Promise<string | null> {
  const endpoint = await set[name].config.endpoint?.()
  return endpoint?.hostname ?? null
}

/** True for addresses that never leave the machine; a name other than `localhost` could resolve to anything. */
function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  return bare === 'localhost' || bare === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare)
}

/** Throws a plain Error unless the credentials belong to one of the accounts; returns whose they are. */
export async function refuseUnlessAllowedAccount(
  sts: STSClient,
  accounts: readonly string[],
): Promise<{ account: string; arn: string }> {
  const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}))
  if (accounts.includes(Account)) return { account: Account, arn: Arn }
  const allowed = accounts.length > 0 ? accounts.join(', ') : 'none'
  throw new Error(
    `These credentials belong to account ${Account} (${Arn}), which is not in the list of allowed accounts (${allowed}); ` +
      'nothing was changed. Use other credentials or add the account to DELLING_ACCOUNTS.',
  )
}
