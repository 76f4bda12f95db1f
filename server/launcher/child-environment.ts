/** The launcher's own variables, which its children must not take for theirs. */
const ours =
  /^(npm_(lifecycle|package|command|execpath|node_execpath|config_(local_prefix|globalconfig|prefix|user_agent|noproxy|cache|init_module|node_gyp|npm_version))|INIT_CWD|DATABASE_URL$|NODE_OPTIONS$|_$|OLDPWD$|SHLVL$|PWD$)/i

/**
 * The environment of a child. In local mode nothing of AWS's is in it, so that no credential, profile or endpoint of
 * this machine can be used by mistake. Left out as well is what npm adds or a shell counts: a survivor is known again by
 * its environment, whichever way it was started.
 */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { withAws }: { readonly withAws: boolean },
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !ours.test(entry[0]) &&
      (withAws || !entry[0].toUpperCase().startsWith('AWS_')),
  )
  return { ...Object.fromEntries(kept), ...extra }
}
