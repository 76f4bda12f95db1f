# Fetches the package and checks its digest before anything else touches the file.
. "$RECIPE/speak.sh"

file="$WORK/package"
say "fetching $PACKAGE_NAME"
if command -v curl >/dev/null 2>&1; then
  curl --fail --silent --show-error --location --retry 5 --retry-delay 2 --connect-timeout 20 --max-time 900 \
    --max-filesize "$MAX_PACKAGE_BYTES" --proto '=https,http' --output "$file" "$PACKAGE_URL" ||
    fail "the package could not be fetched (curl ended with $?). Is the address still there, and may the builder reach it?"
elif command -v wget >/dev/null 2>&1; then
  wget --quiet --tries=5 --timeout=60 --output-document="$file" "$PACKAGE_URL" ||
    fail "the package could not be fetched (wget ended with $?). Is the address still there, and may the builder reach it?"
elif command -v node >/dev/null 2>&1; then
  node "$RECIPE/fetch.mjs" "$PACKAGE_URL" "$file" || fail "the package could not be fetched."
else
  fail "the base image has neither curl nor wget nor node to fetch the package with."
fi

bytes=$(wc -c <"$file")
[ "$bytes" -le "$MAX_PACKAGE_BYTES" ] || fail "the package has $bytes bytes; at most $MAX_PACKAGE_BYTES are taken."
actual=$(sha256sum "$file" | cut -d ' ' -f 1)
[ "$actual" = "$PACKAGE_SHA256" ] ||
  fail "the package's SHA-256 is $actual, but $PACKAGE_SHA256 was asked for: it is not the file that was meant."
say "fetched $bytes bytes, SHA-256 $actual"
