#!/usr/bin/env bash
# quickstart.sh against made-up systems: what it says and what it would install. No package is
# installed: apt-get and sudo are stand-ins that write down how they were called.
set -euo pipefail

quickstart=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/quickstart.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed_count=0

# system NAME ID VERSION ID_LIKE: a root with /etc/os-release and no PCI device.
system() {
  mkdir -p "$work/$1/etc" "$work/$1/sys/bus/pci/devices"
  printf 'NAME="x"\nID=%s\nVERSION_ID="%s"\nID_LIKE="%s"\n' "$2" "$3" "$4" >"$work/$1/etc/os-release"
}

# pci NAME ADDRESS VENDOR CLASS: adds a PCI device.
pci() {
  local device=$work/$1/sys/bus/pci/devices/$2
  mkdir -p "$device"
  echo "$3" >"$device/vendor"
  echo "$4" >"$device/class"
}

# Commands as on a machine without CUDA, and nothing that installs for real.
mkdir "$work/bin"
for stand_in in apt-get sudo; do
  # shellcheck disable=SC2016  # written as is
  printf '#!/bin/bash\n[[ ${0##*/} == sudo ]] && exec "$@"\necho "$@" >>"%s"\n' "$work/apt-calls" \
    >"$work/bin/$stand_in"
  chmod 755 "$work/bin/$stand_in"
done
path=$work/bin
IFS=':' read -ra folders <<<"$PATH"
for folder in "${folders[@]}"; do
  [[ -x $folder/nvcc ]] || path+=:$folder
done

# setup SYSTEM USE [VARIABLE=VALUE...]: runs it; sets output, status and apt_calls.
setup() {
  local name=$1 use=$2
  shift 2
  rm -f "$work/apt-calls"
  status=0
  output=$(env PATH="$path" QUICKSTART_SYSTEM_ROOT="$work/$name" "$@" "$quickstart" --setup "$use" \
    2>&1) || status=$?
  apt_calls=$(cat "$work/apt-calls" 2>/dev/null || true)
}

# expect WHAT TEXT PATTERN: TEXT matches the bash pattern.
expect() {
  # shellcheck disable=SC2053  # a pattern on purpose
  if [[ $2 == $3 ]]; then return; fi
  printf 'FAILED: %s\n  wanted: %s\n  found:  %s\n' "$1" "$3" "$2"
  failed_count=$((failed_count + 1))
}

no_libraries=PKG_CONFIG_LIBDIR=$work/none

system debian debian 12 ""
setup debian build
expect "all there: exit" "$status" 0
expect "all there: says so" "$output" "quickstart: every package*is installed"
expect "all there: apt is not called" "$apt_calls" ""

setup debian build "$no_libraries"
expect "missing: says what is installed and why" "$output" "*apt-get what assay needs (build): *liburing-dev*"
expect "missing: updates first, then installs only that" "$apt_calls" \
  "update -qq*install -y -qq --no-install-recommends libbenchmark-dev *libfmt-dev *liburing-dev*"
expect "missing: what is there is left alone" "${apt_calls/build-essential/FOUND}" "$apt_calls"
expect "missing: no test package for a build" "${apt_calls/libgtest-dev/FOUND}" "$apt_calls"

setup debian test "$no_libraries"
expect "tests need more" "$apt_calls" "*libgtest-dev*"

system fedora fedora 41 ""
setup fedora build "$no_libraries"
expect "elsewhere: exit" "$status" 2
expect "elsewhere: names" "$output" "*fedora 41*as Fedora names them*fmt-devel*liburing-devel*bundle*"
expect "elsewhere: nothing installed" "$apt_calls" ""
setup fedora build
expect "elsewhere with everything there: goes on" "$status" 0

system mint linuxmint 22 "ubuntu debian"
setup mint build "$no_libraries"
expect "a relative of Debian: names" "$output" "*as Debian names them*liburing-dev*"
setup nowhere build "$no_libraries"
expect "no os-release: exit" "$status" 2
expect "no os-release: words" "$output" "*an unknown distribution*"

pci debian 0000:00:01.0 0x10de 0x040300
pci debian 0000:00:02.0 0x1002 0x030000
setup debian build
expect "a sound device and another vendor's card: no word" "$output" "quickstart: every package*"
pci debian 0000:00:1e.0 0x10de 0x030200
setup debian build
expect "GPU: first line, both packages" "${output%%$'\n'*}" \
  "*HAS AN NVIDIA GPU*nvidia-driver*;*nvidia-cuda-toolkit*going on without*"
expect "GPU: goes on" "$status" 0
mkdir -p "$work/debian/proc/driver/nvidia"
touch "$work/debian/proc/driver/nvidia/version"
setup debian build
expect "GPU with driver: names nvcc alone" "${output%%$'\n'*}" "*Missing packages: nvcc: nvidia-cuda-toolkit*"
mkdir -p "$work/debian/usr/local/cuda/bin"
printf '#!/bin/sh\n' >"$work/debian/usr/local/cuda/bin/nvcc"
chmod 755 "$work/debian/usr/local/cuda/bin/nvcc"
setup debian build
expect "GPU with both: no word" "$output" "quickstart: every package*"

system ubuntu ubuntu 24.04 debian
pci ubuntu 0000:00:1e.0 0x10de 0x030200
setup ubuntu build
expect "GPU on Ubuntu: its package" "${output%%$'\n'*}" "*nvidia-driver-580-server-open*"

setup ubuntu aarch64
expect "aarch64 bundle elsewhere: exit" "$status" 2
expect "aarch64 bundle elsewhere: words" "$output" "*on Debian 12; this is ubuntu 24.04"
expect "aarch64 bundle elsewhere: nothing installed" "$apt_calls" ""

setup debian everything
expect "unknown set-up: exit" "$status" 2
expect "unknown set-up: words" "$output" "*one of build, test, lint, fuzz, fresh, bundle, aarch64, vm, slurm, not 'everything'"

[[ $failed_count == 0 ]] || exit 1
echo "quickstart.sh: every check passed"
