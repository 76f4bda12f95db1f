# check-tar.sh TAR PACKED_BYTES: refuses a tar that would unpack outside its folder, holds anything but files, folders
# and links within it, or unpacks to far more than it should. A .deb may link anywhere: it is unpacked to / by dpkg.
. "$RECIPE/speak.sh"

tar="$1"
packed="$2"

bytes=$(wc -c <"$tar")
[ "$bytes" -le "$MAX_UNPACKED_BYTES" ] ||
  fail "unsafe package: it unpacks to more than $MAX_UNPACKED_BYTES bytes."
# A tar of small files is mostly padding, which packs a hundredfold; real bombs are far beyond this.
[ "$bytes" -le 104857600 ] || [ "$((bytes / packed))" -le "$MAX_RATIO" ] ||
  fail "unsafe package: it unpacks to more than $MAX_RATIO times its size."

# C quoting keeps every entry on one line and marks where its names begin and end, whatever they hold. Absolute names
# are listed as they are; unpacked they would be taken apart.
LC_ALL=C tar --list --verbose --numeric-owner --absolute-names --quoting-style=c --file "$tar" >"$WORK/entries" 2>"$WORK/entries-err" ||
  fail "the archive cannot be read: $(head -n 1 "$WORK/entries-err")"
[ -s "$WORK/entries" ] || fail "the archive is empty."

LC_ALL=C awk -v kind="$PACKAGE_KIND" -v most="$MAX_ENTRIES" -v unpacked="$MAX_UNPACKED_BYTES" '
  function refuse(why) { print "FAILED: unsafe package: " why; bad = 1; exit 1 }
  # True when path, taken from folder, names something above the folder that everything is unpacked into.
  function leaves(folder, path,   parts, n, i, depth) {
    n = split(folder "/" path, parts, "/")
    depth = 0
    for (i = 1; i <= n; i++) {
      if (parts[i] == "" || parts[i] == ".") continue
      depth += parts[i] == ".." ? -1 : 1
      if (depth < 0) return 1
    }
    return 0
  }
  function unquoted(text) { return substr(text, 2, length(text) - 2) }
  {
    if (++count > most) refuse("it has more than " most " entries.")
    type = substr($0, 1, 1)
    split($0, fields, " ")
    if (type == "-") { total += fields[3]; if (total > unpacked) refuse("its files are larger than " unpacked " bytes.") }
    if (!match($0, /"([^"\\]|\\.)*"/)) refuse("an entry has no name: " $0)
    name = unquoted(substr($0, RSTART, RLENGTH))
    rest = substr($0, RSTART + RLENGTH)
    if (name ~ /^\// ) refuse("entry \"" name "\" has an absolute path.")
    if (("/" name "/") ~ /\/\.\.\//) refuse("entry \"" name "\" leaves the folder.")
    if (type !~ /^[-dlh]$/) refuse("entry \"" name "\" is neither a file nor a folder nor a link.")
    if (type != "l" && type != "h") next
    if (!match(rest, /"([^"\\]|\\.)*"$/)) refuse("the link \"" name "\" leads nowhere.")
    target = unquoted(substr(rest, RSTART, RLENGTH))
    if (type == "l" && kind == "deb") next
    if (type == "h" && kind == "deb") sub(/^\.\//, "", target)
    folder = name
    if (type == "h" || !sub(/\/[^\/]*\/?$/, "", folder)) folder = ""
    if (target ~ /^\// || leaves(folder, target)) refuse("the link \"" name "\" leads out of the folder, to \"" target "\".")
  }
  END { if (!bad) print count " entries, " total + 0 " bytes" }
' "$WORK/entries"
