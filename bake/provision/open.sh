# Makes one plain tar out of whatever came, and refuses what is unsafe in it before anything is unpacked.
. "$RECIPE/speak.sh"

package="$WORK/package"
tar="$WORK/package.tar"

# Stops reading at the limit, so that a bomb never fills the disk.
bounded() {
  head -c "$((MAX_UNPACKED_BYTES + 1))" >"$tar"
}

case "$PACKAGE_KIND" in
  tgz)
    gzip -t "$package" 2>/dev/null || fail "$PACKAGE_NAME is not a whole gzip file."
    gzip -dc "$package" 2>/dev/null | bounded
    ;;
  zip)
    if command -v python3 >/dev/null 2>&1; then
      python3 "$RECIPE/zip-to-tar.py" "$package" "$tar" "$MAX_UNPACKED_BYTES" "$MAX_ENTRIES" ||
        fail "$PACKAGE_NAME could not be read as a zip file."
    elif command -v node >/dev/null 2>&1; then
      node "$RECIPE/zip-to-tar.mjs" "$package" "$tar" "$MAX_UNPACKED_BYTES" "$MAX_ENTRIES" ||
        fail "$PACKAGE_NAME could not be read as a zip file."
    else
      fail "the base image has neither python3 nor node to read a zip file with."
    fi
    ;;
  deb)
    command -v dpkg >/dev/null 2>&1 ||
      fail "the base image has no dpkg: a .deb needs a Debian or Ubuntu base image."
    if command -v dpkg-deb >/dev/null 2>&1; then
      dpkg-deb --info "$package" >/dev/null 2>&1 || fail "$PACKAGE_NAME is not a Debian package."
      dpkg-deb --fsys-tarfile "$package" 2>/dev/null | bounded
    elif command -v node >/dev/null 2>&1; then
      node "$RECIPE/deb-to-tar.mjs" "$package" | bounded
    else
      fail "the base image has neither dpkg-deb nor node to look into a .deb with."
    fi
    ;;
  *) fail "$PACKAGE_NAME is of a kind that is not known: $PACKAGE_KIND." ;;
esac

sh -eu "$RECIPE/check-tar.sh" "$tar" "$(wc -c <"$package")"
