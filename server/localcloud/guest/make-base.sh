#!/bin/sh
# make-base.sh DISK: the disk of a base image, what an instance has of its own besides the machine's programs.
set -eu
disk=$1
umask 022
mkdir -p "$disk/root" "$disk/upper" "$disk/local"
# Over the machine's folders of these names lie the instance's own, so that a package may add to them.
for dir in bin sbin lib/systemd/system lib/sysusers.d lib/tmpfiles.d share/doc share/man/man1 share/man/man8 share/lintian; do
  mkdir -p "$disk/upper/usr/$dir"
done
cd "$disk/root"
for dir in etc/systemd/system etc/default opt var/log var/lib var/tmp var/cache var/spool home srv root tmp proc sys dev run mnt media; do
  mkdir -p $dir
done
chmod 700 root
chmod 1777 tmp var/tmp
ln -s ../run var/run
for dir in bin sbin lib etc share games include src; do mkdir -p "$disk/local/$dir"; done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' > etc/passwd
printf 'root:x:0:\nnogroup:x:65534:\n' > etc/group
printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n' > etc/hosts
printf 'passwd: files\ngroup: files\nhosts: files dns\n' > etc/nsswitch.conf
printf 'localcloud\n' > etc/hostname
: > etc/machine-id
: > etc/fstab
for file in os-release debian_version protocols services mime.types profile shells; do
  if [ -r "/etc/$file" ] && [ -f "/etc/$file" ]; then cp -L "/etc/$file" "etc/$file"; fi
done
