# Takes off the image what belongs to this one machine, so that instances don't share identities or traces of the bake.
. "$RECIPE/speak.sh"

rm -f /etc/ssh/ssh_host_*
for key in /etc/ssh/ssh_host_*_key; do
  [ ! -e "$key" ] || fail "the builder's host key $key could not be removed; every instance would share it."
done
if [ -e /etc/machine-id ]; then
  : >/etc/machine-id || fail "the builder's machine id could not be cleared; every instance would share it."
fi
rm -f /var/lib/dbus/machine-id
rm -rf /root/.ssh/authorized_keys /root/.bash_history /root/.npm /home/*/.ssh/authorized_keys
if command -v dnf >/dev/null 2>&1; then dnf clean all -q || true; fi
if command -v apt-get >/dev/null 2>&1; then apt-get clean || true; fi
# The copy of the user data goes too: it holds the package's address.
if command -v cloud-init >/dev/null 2>&1; then
  cloud-init clean --logs || fail "cloud-init could not be reset; instances would not run their own user data."
fi
find /var/log -type f -name '*.gz' -delete 2>/dev/null || true
say "cleaned"
