# Finds the one systemd unit that a Debian package brings, and hands it the environment of the launch.
. "$RECIPE/speak.sh"

tar --list --file "$WORK/package.tar" |
  sed -n 's#^\(\./\)\{0,1\}\(usr/lib\|lib\|etc\)/systemd/system/\([^/@]*\.service\)$#\3#p' | sort -u >"$WORK/units"
count=$(wc -l <"$WORK/units")
name=$(printf '%s' "$PACKAGE_NAME" | sed 's/[_].*$//')
if [ "$count" -eq 1 ]; then
  unit=$(cat "$WORK/units")
elif grep -q -x "$APPLICATION.service" "$WORK/units"; then
  unit="$APPLICATION.service"
elif grep -q -x "$name.service" "$WORK/units"; then
  unit="$name.service"
elif [ "$count" -eq 0 ]; then
  fail "no start command: the Debian package brings no systemd service, so give a start command with the application or the bake."
else
  fail "the Debian package brings $count systemd services ($(tr '\n' ' ' <"$WORK/units")): give a start command that says which."
fi
say "systemd unit: $unit"

mkdir -p "/etc/systemd/system/$unit.d"
cat >"/etc/systemd/system/$unit.d/10-delling.conf" <<UNIT
[Service]
Environment=PORT=$PORT
Environment=HOST=0.0.0.0
EnvironmentFile=-/etc/delling/environment
# An instance that fails is replaced, not repaired: its health check says so, and its group launches another.
Restart=no
UNIT
printf '%s\n' "$unit" >/etc/delling/unit
systemctl disable "$unit" >/dev/null 2>&1 || true
systemctl daemon-reload || say "systemd could not be told of the new unit; it will see it at boot"
