# A Node application needs Node; a base image that has none gets its distribution's.
. "$RECIPE/speak.sh"

needed=
[ ! -e /opt/delling/app/package.json ] || needed=yes
case "$START_COMMAND" in node\ * | npm\ * | npx\ *) needed=yes ;; esac
if [ -z "$needed" ]; then
  say "no runtime is needed"
  exit 0
fi
if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
  say "node $(node --version) is there"
  exit 0
fi

if command -v dnf >/dev/null 2>&1; then
  for packages in "nodejs22 nodejs22-npm" "nodejs20 nodejs20-npm" "nodejs npm"; do
    # Two words on purpose: each name is a package.
    # shellcheck disable=SC2086
    if dnf install -y -q $packages; then break; fi
  done
elif command -v apt-get >/dev/null 2>&1; then
  apt-get -o DPkg::Lock::Timeout=300 -q update
  apt-get -o DPkg::Lock::Timeout=300 -q install -y --no-install-recommends nodejs npm
fi
command -v node >/dev/null 2>&1 ||
  fail "the application needs Node, the base image has none, and it could not be installed. Choose a base image that has it."
say "installed node $(node --version)"
