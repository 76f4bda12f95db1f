import { join } from 'node:path'
import { guestUser, type GuestUser } from './guest-user.js'
import { runTool } from './tool.js'

export interface Confinement {
  /** `namespaces`: own file system, processes and users. `user`: only another user. `none`: this very user. */
  readonly kind: 'namespaces' | 'user' | 'none'
  readonly user: GuestUser | undefined
  /** Said at start and in /_localcloud/health. */
  readonly sentence: string
  /** The command and its first arguments under which an instance's init runs; empty without namespaces. */
  readonly prefix: readonly string[]
  /** Tools that touch an instance's files run so: inside, files are the instance's root's whatever their modes. */
  readonly toolPrefix: readonly string[]
}

const namespaces = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child=SIGKILL']

/**
 * Finds the strongest confinement that works here by trying it. As root the instances' user is dropped to first: real
 * root is never mapped into a namespace.
 */
export async function detectConfinement(home: string, wanted: 'auto' | 'none'): Promise<Confinement> {
  const user = guestUser(home)
  if (wanted === 'auto' && process.platform === 'linux') {
    const works = async (...flags: string[]) => {
      const probe = 'mount -t tmpfs tmpfs /tmp && exec unshare --user --mount --map-root-user true'
      const { status } = await runTool(['unshare', ...flags, 'sh', '-c', probe], { user, timeoutMs: 5000 })
      return status === 0
    }
    const best = [...namespaces, '--ipc', '--uts']
    const flags = (await works(...best)) ? best : (await works(...namespaces)) ? namespaces : undefined
    if (flags) {
      const tied = (await runTool(['setpriv', '--pdeathsig', 'KILL', 'true'], { user })).status === 0
      return {
        kind: 'namespaces',
        user,
        sentence: `Instances run confined in user, mount and process namespaces${user ? ` as user ${user.uid}` : ''}.`,
        prefix: [...(tied ? ['setpriv', '--pdeathsig', 'KILL', '--'] : []), 'unshare', ...flags, '--'],
        toolPrefix: ['unshare', '--user', '--map-root-user', '--'],
      }
    }
  }
  const why = wanted === 'none' ? 'As asked for,' : 'This machine allows no user namespaces, so'
  if (user) {
    const sentence = `confinement: user. ${why} instances run as user ${user.uid} and can read what any user here can.`
    return { kind: 'user', user, sentence, prefix: [], toolPrefix: [] }
  }
  const sentence = `confinement: none. ${why} instances run with YOUR rights: bake only what you would run yourself.`
  return { kind: 'none', user, sentence, prefix: [], toolPrefix: [] }
}

/** True when that user can enter the folder: every folder above must let it through. */
export async function canEnter(folder: string, user: GuestUser | undefined): Promise<boolean> {
  if (!user) return true
  return (await runTool(['test', '-x', join(folder, '.')], { user })).status === 0
}
