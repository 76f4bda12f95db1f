# Catches at bake time what would otherwise fail every instance at launch.
. "$RECIPE/speak.sh"

unit=$(cat /etc/delling/unit)
found=
for folder in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
  [ -e "$folder/$unit" ] || continue
  found="$folder/$unit"
  break
done
[ -n "$found" ] || fail "the unit $unit is not there."
grep -q '^ExecStart=..*' "$found" || fail "the unit $unit starts nothing: it has no ExecStart."
[ "$unit" = delling-app.service ] || { say "$found will start the application"; exit 0; }

PATH="/opt/delling/bin:/opt/delling/app/node_modules/.bin:$PATH"
folder=$(sed -n 's/^WorkingDirectory=//p' "$found")
cd "$folder"

# The first word that is not an assignment is the program. A command of several parts is left to its first.
set -f
# shellcheck disable=SC2046
set -- $(head -n 1 /opt/delling/command)
set +f
while [ $# -gt 0 ]; do
  case "$1" in
    exec | *=*) shift ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || fail "the start command names no program."
case "$1" in
  *[\"\'\$\(\`\;\&\|]*) say "the start command is for a shell to read; its program is not looked up"; exit 0 ;;
esac
command -v "$1" >/dev/null 2>&1 ||
  fail "the start command's program $1 is neither in the package, nor among its dependencies, nor in the base image."
if [ "$1" = node ] && [ $# -gt 1 ]; then
  case "$2" in
    -* | *[\"\'\$\`]*) ;;
    *) [ -e "$2" ] || [ -e "$2.js" ] || [ -e "$2/index.js" ] || fail "the start command runs $2, which is not in the package." ;;
  esac
fi
say "$found will start the application"
