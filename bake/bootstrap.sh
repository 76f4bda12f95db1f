# Runs as root on the builder's first boot, after a header that sets the parameters (see server/domain/bake-recipe.ts).
# Whatever way this script ends, the trap reports it: only the last line makes the report a success. A machine that
# stops without a report is a failed bake too.
set -eu
umask 022
export PATH="${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
export HOME="${HOME:-/root}"
export DEBIAN_FRONTEND=noninteractive

step=start
outcome=

report() {
  status=$?
  trap - EXIT
  [ -n "$outcome" ] || outcome="failed:$step:$status"
  if ! tag_self delling:bake-result "$outcome"; then
    echo "No result tag could be set; the line below reports instead."
  fi
  echo "BAKE-RESULT $BAKE_ID $outcome"
  rm -rf "$WORK"
  sync
  # Not halt: that leaves an instance running for EC2.
  systemctl poweroff || poweroff
}

# The local cloud has self-tag. On EC2 the builder's instance profile may set this one tag on itself.
tag_self() {
  if command -v self-tag >/dev/null 2>&1; then
    self-tag "$1" "$2"
    return
  fi
  command -v aws >/dev/null 2>&1 || return 1
  token=$(metadata_request api/token -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300') || return 1
  instance=$(metadata_request meta-data/instance-id -H "X-aws-ec2-metadata-token: $token") || return 1
  region=$(metadata_request meta-data/placement/region -H "X-aws-ec2-metadata-token: $token") || return 1
  aws ec2 create-tags --region "$region" --resources "$instance" --tags "Key=$1,Value=$2"
}

metadata_request() {
  path="$1"
  shift
  curl --fail --silent --show-error --max-time 10 "$@" "http://169.254.169.254/latest/$path"
}

WORK=$(mktemp -d /var/tmp/delling-bake.XXXXXX)
export WORK RECIPE="$WORK/recipe"
trap report EXIT
trap 'exit 143' TERM INT HUP

echo "BAKE-BEGIN $BAKE_ID"
mkdir "$RECIPE"
printf "%s" "$RECIPE_ARCHIVE" | base64 -d | gzip -dc | sh -eu
unset RECIPE_ARCHIVE

# One step per line, each in a shell of its own: in `a && b` a failing `a` would be passed over.
for step in fetch open unpack runtime dependencies service verify packages clean; do
  echo "--- $step"
  sh -eu "$RECIPE/$step.sh"
done
outcome="ok:$PACKAGE_SHA256"
