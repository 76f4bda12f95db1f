# Installs what a Node package depends on, as somebody who installs it from the registry would get it: no development
# dependencies, and no `prepare`, which builds from sources that were left out of the package. With a lock file exactly
# what it says, else what the registry has today.
. "$RECIPE/speak.sh"

cd /opt/delling/app
[ "$PACKAGE_KIND" != deb ] && [ -e package.json ] || { say "no package.json, nothing to install"; exit 0; }

node "$RECIPE/manifest.mjs" own-bins /opt/delling/app /opt/delling/bin

if [ -d node_modules ]; then
  say "the package brings its node_modules"
  exit 0
fi
if ! node "$RECIPE/manifest.mjs" has-dependencies package.json; then
  say "no dependencies"
  exit 0
fi

export npm_config_cache="$WORK/npm-cache" npm_config_update_notifier=false npm_config_audit=false npm_config_fund=false
export npm_config_progress=false npm_config_loglevel=warn
if [ -n "$REGISTRY" ]; then
  export npm_config_registry="$REGISTRY"
fi

if [ -e package-lock.json ] || [ -e npm-shrinkwrap.json ]; then
  say "installing dependencies from the lock file"
  npm ci --omit=dev --ignore-scripts || fail "npm ci failed."
else
  say "installing dependencies"
  # Without a lock file npm would look up the development dependencies too, only to leave them out.
  cp package.json "$WORK/package.json"
  node "$RECIPE/manifest.mjs" without-development "$WORK/package.json" >package.json
  npm install --no-package-lock --ignore-scripts || fail "npm install failed."
  cp "$WORK/package.json" package.json
fi
# npm notes which packages have install scripts; most applications have none that do.
if grep -q '"hasInstallScript": true' node_modules/.package-lock.json; then
  npm rebuild || fail "the install scripts of the dependencies failed."
fi
for script in preinstall install postinstall; do
  if node "$RECIPE/manifest.mjs" has-script package.json "$script"; then
    npm run "$script" || fail "the package's $script script failed."
  fi
done
say "installed $(grep -c '^    "node_modules/' node_modules/.package-lock.json) packages"
