# Writes the unit that starts the application, disabled: a launch writes /etc/delling/environment and starts the unit
# that /etc/delling/unit names. Nothing starts on the builder.
. "$RECIPE/speak.sh"

app=/opt/delling/app
units=/etc/systemd/system
mkdir -p "$units" /etc/delling

if [ "$PACKAGE_KIND" = deb ] && [ -z "$START_COMMAND" ]; then
  sh -eu "$RECIPE/service-of-deb.sh"
  exit 0
fi

command=$(sh -eu "$RECIPE/start-command.sh" "$app")
[ -n "$command" ] ||
  fail "no start command: give one with the application or the bake, or put a Procfile with a web line or a start script in package.json into the package."
say "start command: $command"

folder="$app"
[ "$PACKAGE_KIND" != deb ] || folder=/
# The command is kept in a file of its own, so that neither quotes nor percent signs mean anything to systemd.
printf '%s\n' "$command" >/opt/delling/command
cat >/opt/delling/start <<'START'
#!/bin/sh
# Starts the application. $PORT and $HOST in the command get their values here, at run time.
PATH="/opt/delling/bin:/opt/delling/app/node_modules/.bin:$PATH"
export PATH
exec /bin/sh -c "$(cat /opt/delling/command)"
START
chmod 755 /opt/delling/start

user=
# Where root is the only user there is (a sandbox), everything runs as it.
if [ "$(id -u)" = 0 ] && [ "$(awk '{ n += $3 } END { print (n > 1000) }' /proc/self/uid_map)" = 1 ]; then
  id -u delling-app >/dev/null 2>&1 ||
    useradd --system --home-dir "$app" --no-create-home --shell /usr/sbin/nologin delling-app
  chown -R delling-app: "$app"
  user="User=delling-app
Group=delling-app
AmbientCapabilities=CAP_NET_BIND_SERVICE
NoNewPrivileges=true"
fi

cat >"$units/delling-app.service" <<UNIT
[Unit]
Description=$APPLICATION $VERSION
After=network-online.target
Wants=network-online.target

[Service]
Environment=PORT=$PORT
Environment=HOST=0.0.0.0
Environment=NODE_ENV=production
# What the launch sets wins over what the image says.
EnvironmentFile=-/etc/delling/environment
WorkingDirectory=$folder
ExecStart=/opt/delling/start
$user
# An instance that fails is replaced, not repaired: its health check says so, and its group launches another.
Restart=no

[Install]
WantedBy=multi-user.target
UNIT
printf 'delling-app.service\n' >/etc/delling/unit
systemctl daemon-reload || say "systemd could not be told of the new unit; it will see it at boot"
