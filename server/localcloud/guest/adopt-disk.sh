#!/bin/sh
# adopt-disk.sh ROOT: only where paths are mapped. What the builder wrote into text files names the builder's own root:
# an instance of its image must find its own there. The runtime folders start empty, as after a boot.
set -eu
root=$1
mark=$root/../mapped-root
old=$(cat "$mark" 2> /dev/null || true)
if [ -n "$old" ] && [ "$old" != "$root" ]; then
  grep -rlIF -- "$old" "$root/etc" "$root/opt" "$root/usr" "$root/var" "$root/srv" "$root/home" "$root/root" 2> /dev/null |
    while IFS= read -r file; do
      if [ ! -L "$file" ]; then sed -i "s#$old#$root#g" "$file"; fi
    done
  # Enabled units are links by absolute path.
  find "$root/etc" -type l 2> /dev/null | while IFS= read -r link; do
    target=$(readlink "$link")
    case $target in "$old"/*) ln -sfn "$root${target#"$old"}" "$link" ;; esac
  done
fi
printf %s "$root" > "$mark"
rm -rf "$root/run"
mkdir -p "$root/run/localcloud/units" "$root/run/lock" "$root/run/systemd/system" "$root/usr/local/bin" "$root/usr/local/lib"
