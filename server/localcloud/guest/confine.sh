#!/bin/sh
# Runs inside fresh user, mount and process namespaces, as their root: builds an instance's view of the file system and
# becomes its init. Arguments: the instance's folder, the guest folder, a folder with node and npm, or "-".
# The machine's /usr is a lower layer (or read-only); everything else that can be written is the instance's own.
set -eu
inst=$1 guest=$2 node=$3
root=$inst/disk/root

# A hostile image may hold a link where a mount point belongs: mounts and folders must not be led out of the root.
place() { # place dir|file PATH
  rest=$2 at=$root
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} kind=dir ;; *) rest='' kind=$1 ;; esac
    at=$at/$part
    if [ -L "$at" ]; then rm -f "$at"; fi
    if [ "$kind" = dir ]; then
      if [ ! -d "$at" ]; then rm -f "$at"; mkdir "$at"; fi
    elif [ ! -f "$at" ]; then
      if [ -d "$at" ]; then rm -rf "$at"; fi
      : > "$at"
    fi
  done
}

read_only() { # every flag that the machine's mount has must be named again, or the kernel refuses
  for flags in ro,nosuid,nodev ro,nosuid,nodev,noatime ro,nosuid,nodev,noexec ro,nosuid,nodev,relatime ro; do
    if mount -o "remount,bind,$flags" "$1" 2>/dev/null; then return 0; fi
  done
  return 1
}

share() { # share dir|file SOURCE TARGET: the machine's, read-only
  place "$1" "$3"
  mount --rbind "$2" "$root/$3"
  read_only "$root/$3"
}

mount --make-rprivate / 2>/dev/null || true
mount --bind "$root" "$root"

for dir in usr bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$dir" ]; then
    if [ "$(readlink "$root/$dir" 2>/dev/null || true)" != "$(readlink "/$dir")" ]; then
      rm -rf "${root:?}/$dir"
      ln -s "$(readlink "/$dir")" "$root/$dir"
    fi
  elif [ -d "/$dir" ]; then
    place dir "$dir"
    mkdir -p "$inst/disk/upper/$dir" "$inst/work/$dir"
    layers="lowerdir=/$dir,upperdir=$inst/disk/upper/$dir,workdir=$inst/work/$dir"
    if [ "${LOCALCLOUD_NO_OVERLAY:-}" ] || ! mount -t overlay -o "$layers,userxattr" overlay "$root/$dir" 2>/dev/null; then
      share dir "/$dir" "$dir"
    fi
  fi
done
mount --bind "$inst/disk/local" "$root/usr/local"

for entry in alternatives ssl/certs ld.so.conf.d pki crypto-policies ca-certificates python3 perl; do
  if [ -d "/etc/$entry" ] && [ -r "/etc/$entry" ]; then share dir "/etc/$entry" "etc/$entry"; fi
done
for entry in ld.so.cache ld.so.conf ssl/openssl.cnf ca-certificates.conf resolv.conf localtime; do
  if [ -f "/etc/$entry" ] && [ -r "/etc/$entry" ]; then share file "/etc/$entry" "etc/$entry"; fi
done

for dir in proc sys dev run tmp .localcloud; do place dir "$dir"; done
if ! mount -t proc -o nosuid,nodev,noexec proc "$root/proc" 2>/dev/null; then mount --rbind /proc "$root/proc"; fi
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  if [ -e "/dev/$device" ]; then : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; fi
done
mkdir -m 1777 "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
mkdir -p "$root/run/localcloud/units" "$root/run/lock" "$root/run/systemd/system"

mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/.localcloud"
mkdir "$root/.localcloud/bin" "$root/.localcloud/metadata" "$root/.localcloud/old"
share dir "$guest" .localcloud/bin
share dir "$inst/metadata" .localcloud/metadata
for pipe in console requests; do
  : > "$root/.localcloud/$pipe"
  mount --bind "$inst/$pipe.fifo" "$root/.localcloud/$pipe"
done
ln -s /.localcloud/console "$root/dev/console"
if [ "$node" != - ]; then
  mkdir "$root/.localcloud/node"
  share dir "$node" .localcloud/node
fi
for command in "$guest"/*; do # a script that names /sbin/poweroff or sets its own PATH must not reach the machine's
  name=${command##*/}
  case $name in dpkg | dpkg-query | apt-get | apt | npm | npx) continue ;; esac
  for dir in bin sbin; do
    if [ -f "$root/usr/$dir/$name" ] && [ ! -L "/usr/$dir" ]; then
      mount --bind "$command" "$root/usr/$dir/$name" && read_only "$root/usr/$dir/$name" || true
    fi
  done
done

cd "$root"
pivot_root . .localcloud/old
umount -l /.localcloud/old
cd /
hostname "$(cat /.localcloud/metadata/local-hostname)" 2>/dev/null || true
# A second user namespace locks every mount above: the instance's root can neither unmount them nor make them writable.
exec unshare --user --mount --map-root-user -- /.localcloud/bin/init
