# Puts the package where it runs: an archive into /opt/delling/app, a .deb by the machine's own package manager.
. "$RECIPE/speak.sh"

app=/opt/delling/app
mkdir -p /opt/delling/bin /etc/delling

if [ "$PACKAGE_KIND" = deb ]; then
  # The service must first start at launch, when its environment is there; not on the builder.
  { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; } 2>/dev/null && chmod 755 /usr/sbin/policy-rc.d
  cp "$WORK/package" "$WORK/package.deb"
  if command -v apt-get >/dev/null 2>&1; then
    apt-get -o DPkg::Lock::Timeout=300 -q update || say "the package lists could not be renewed; going on with what is there"
    apt-get -o DPkg::Lock::Timeout=300 -q install -y --no-install-recommends "$WORK/package.deb" ||
      fail "the Debian package could not be installed."
  else
    dpkg -i "$WORK/package.deb" || fail "the Debian package could not be installed."
  fi
  rm -f /usr/sbin/policy-rc.d
  mkdir -p "$app"
  say "installed $PACKAGE_NAME"
  exit 0
fi

rm -rf "$app"
mkdir -p "$app"
# Folders first get a mode that lets us in, whatever the archive says.
tar --extract --file "$WORK/package.tar" --directory "$app" --no-same-owner --delay-directory-restore
chmod -R u+rwX,go+rX,go-w "$app"

# npm and many others pack one folder around everything; what counts lies inside.
set -- "$app"/* "$app"/.[!.]*
only=
for entry in "$@"; do
  [ -e "$entry" ] || [ -L "$entry" ] || continue
  [ -z "$only" ] || { only=; break; }
  only="$entry"
done
if [ -n "$only" ] && [ -d "$only" ] && [ ! -L "$only" ]; then
  if [ "$(basename "$only")" = package ] || [ -e "$only/package.json" ] || [ -e "$only/Procfile" ]; then
    mv "$only" "$app.inner"
    rmdir "$app"
    mv "$app.inner" "$app"
    say "the package's one folder $(basename "$only") was taken off"
  fi
fi
say "unpacked into $app"
