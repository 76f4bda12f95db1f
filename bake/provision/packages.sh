# Reports what is installed, in marked lines of the console: compressed, because AWS keeps only 64 KB of it, and each
# line by itself, because other programs write between them. An image is good without its list, so nothing here ends
# the bake.
. "$RECIPE/speak.sh"

list="$WORK/packages"
: >"$list"
if command -v dpkg-query >/dev/null 2>&1; then
  dpkg-query --show --showformat='deb\t${Package}\t${Version}\t${db:Status-Status}\n' 2>/dev/null |
    awk -F '\t' -v OFS='\t' '$4 == "installed" { print $1, $2, $3 }' >>"$list" || true
fi
if command -v rpm >/dev/null 2>&1; then
  rpm -qa --queryformat 'rpm\t%{NAME}\t%{EVR}\n' 2>/dev/null >>"$list" || true
fi
if command -v node >/dev/null 2>&1; then
  node "$RECIPE/packages.mjs" /opt/delling/app >>"$list" || true
fi

count=$(LC_ALL=C sort -u "$list" | wc -l)
LC_ALL=C sort -u "$list" | gzip -9 -c -n | base64 | tr -d '\n' >"$list.packed"
bytes=$(wc -c <"$list.packed")
if [ "$bytes" -gt 44000 ]; then
  say "the list of $((count)) packages is too long for the console, so that it is not known with the image"
  exit 0
fi
# Whatever wrote there before may have left its line open.
echo
fold -w 600 "$list.packed" | awk -v lines="$(((bytes + 599) / 600))" '{ print "PACKAGES " NR "/" lines " " $0 }'
say "listed $((count)) packages"
