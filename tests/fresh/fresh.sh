#!/usr/bin/env bash
# What a new user does, on a new machine: a minimal Debian 12 root with git and nothing else, the
# committed HEAD cloned into it, and both commands of the README run inside. Needs root, mmdebstrap,
# about 4 GB of disk and 10 minutes. Called by `./test.sh fresh`; the logs stay in build/fresh/logs.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$repository/build/fresh
root=$work/root
logs=$work/logs
quickstart_limit_s=600

say() { printf 'fresh: %s\n' "$*"; }

fail() {
  say "$*" >&2
  say "logs: $logs" >&2
  echo "0 passed, 1 failed"
  exit 1
}

# Everything that is mounted or started below lives in name spaces of its own and goes with them,
# however this ends.
if [[ ${1:-} != inside-namespaces ]]; then
  [[ $(id -u) == 0 ]] || fail "making a root needs root"
  [[ $(stat -f -c %T "$repository") != tmpfs ]] || fail "build/ must be on a disk, not on tmpfs"
  rm -rf --one-file-system "$work"
  mkdir -p "$logs"
  status=0
  unshare --mount --pid --fork --kill-child bash "$0" inside-namespaces || status=$?
  rm -rf --one-file-system "$root"
  exit "$status"
fi

make_root() {
  local sources=() file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
    [[ -s $file ]] && sources+=("$file")
  done
  mmdebstrap --variant=minbase --include=git,ca-certificates \
    --setup-hook="$repository/tests/fresh/copy_apt_configuration.sh" bookworm "$root" "${sources[@]}" \
    >"$logs/mmdebstrap.log" 2>&1 &&
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

# npm and TLS as configured on this machine: registry, certificate authorities.
copy_network_configuration() {
  local file
  for file in /etc/npmrc /usr/etc/npmrc "$HOME/.npmrc"; do
    [[ -f $file ]] && install -D -m 600 "$file" "$root/${file/#$HOME//root}"
  done
  if [[ -d /usr/local/share/ca-certificates ]]; then
    cp -a /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
    chroot "$root" update-ca-certificates >"$logs/certificates.log" 2>&1
  fi
}

# A root that is a mount of its own, so that /proc/self/mountinfo inside lists "/".
mount_inside() {
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  local name
  for name in null zero full random urandom tty; do
    cp -a "/dev/$name" "$root/dev/$name"
  done
  ln -s /proc/self/fd "$root/dev/fd"
  mkdir "$root/dev/shm" "$root/dev/pts"
  mount -t tmpfs tmpfs "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
}

# inside COMMAND...: runs it in the root as a new login would, plus the network's own variables.
inside() {
  local passed=() variable
  while read -r variable; do
    passed+=("$variable=${!variable}")
  done < <(compgen -e | grep -iE '^(npm_config_.*|https?_proxy|no_proxy)$' || true)
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    TERM=dumb "${passed[@]}" chroot "$root" "$@" </dev/null
}

# inside_logged NAME COMMAND: a shell command in the clone; its output goes to the log NAME.
inside_logged() {
  inside bash -c "cd /root/assay && $2" >"$logs/$1.log" 2>&1
}

say "making a minimal Debian 12 root in $root"
make_root || fail "mmdebstrap failed"
copy_network_configuration
mount_inside
git -C "$repository" bundle create --quiet "$root/root/assay.bundle" HEAD
inside git clone --quiet -c advice.detachedHead=false /root/assay.bundle /root/assay || fail "git clone failed"

say "./quickstart.sh"
begin=$SECONDS
inside_logged quickstart ./quickstart.sh || fail "quickstart.sh failed: $(tail -n 3 "$logs/quickstart.log")"
quickstart_s=$((SECONDS - begin))
tail -n 8 "$logs/quickstart.log"
for name in result.json report.html; do
  found=$(inside find /root/assay -name "$name" -not -path '*/build/*' -not -path '*/tests/*' -size +1k)
  [[ -n $found ]] || fail "quickstart.sh left no $name"
  install -D -m 644 "$root$(head -n 1 <<<"$found")" "$logs/$name"
done
say "quickstart.sh took $quickstart_s s in all (limit $quickstart_limit_s s)"
((quickstart_s < quickstart_limit_s)) || fail "quickstart.sh took too long"

# A second run finds everything and asks the package manager nothing.
printf '#!/bin/sh\necho "apt-get was called" >&2\nexit 9\n' >"$root/usr/local/bin/apt-get"
chmod 755 "$root/usr/local/bin/apt-get"
inside_logged second-setup "./quickstart.sh --setup build" || fail "a second set-up calls apt-get"
rm "$root/usr/local/bin/apt-get"

say "./test.sh"
begin=$SECONDS
inside_logged test ./test.sh || fail "test.sh failed: $(tail -n 20 "$logs/test.log")"
grep -q '^100% tests passed' "$logs/test.log" || fail "test.sh did not close with ctest's summary"
tail -n 12 "$logs/test.log"
say "test.sh took $((SECONDS - begin)) s"
echo "1 passed, 0 failed"
