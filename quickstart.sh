#!/usr/bin/env bash
# Builds assay on this machine and measures the file system of the current directory, the host
# memory and the GPUs. Run it from a clone, from any directory; what follows is for `assay run`:
#   ./quickstart.sh [--target DEVICE ...]
#   ./quickstart.sh --setup build|test|lint|fuzz|fresh|bundle|aarch64|vm|slurm
#                                         only install what that needs
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Tests put a recorded system here; everybody else looks at the machine itself.
system_root=${QUICKSTART_SYSTEM_ROOT:-}

# The one list of packages: needed for | Debian and Ubuntu | Fedora | there when (a command, or a
# pkg-config module after pc:, a module of Debian's Python after py:, or files after file:).
package_table='
build|build-essential|gcc-c++|g++
build|cmake|cmake|cmake
build|ninja-build|ninja-build|ninja
build|pkg-config|pkgconf-pkg-config|pkg-config
build|git|git|git
build|liburing-dev|liburing-devel|pc:liburing
build|libhwloc-dev|hwloc-devel|pc:hwloc
build|libblkid-dev|libblkid-devel|pc:blkid
build|libfmt-dev|fmt-devel|pc:fmt
build|libcli11-dev|cli11-devel|pc:CLI11
build|nlohmann-json3-dev|json-devel|pc:nlohmann_json
build|libtomlplusplus-dev|tomlplusplus-devel|pc:tomlplusplus
build|libssl-dev|openssl-devel|pc:libcrypto
build|zlib1g-dev|zlib-devel|pc:zlib
build|libbenchmark-dev|google-benchmark-devel|pc:benchmark
test|libgtest-dev|gtest-devel|pc:gtest
test|fio|fio|fio
test|valgrind|valgrind|valgrind
test|python3-jsonschema|python3-jsonschema|py:jsonschema
test|python3-boto3|python3-boto3|py:boto3
test|chromium|chromium|chromium
test|nodejs|nodejs|node
test|npm|npm|npm
test|poppler-utils|poppler-utils|pdftoppm
test|g++-aarch64-linux-gnu|gcc-c++-aarch64-linux-gnu|aarch64-linux-gnu-g++
test|qemu-user|qemu-user|qemu-aarch64
test|cloud-init|cloud-init|cloud-init
test|shellcheck|ShellCheck|shellcheck
lint|clang-format-14|clang-tools-extra|clang-format-14
lint|clang-tidy-14|clang-tools-extra|clang-tidy-14
lint|shellcheck|ShellCheck|shellcheck
lint|ccache|ccache|ccache
fuzz|clang-14|clang|clang++-14
fuzz|libclang-rt-14-dev|compiler-rt|file:/usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a
fresh|mmdebstrap|mmdebstrap|mmdebstrap
bundle|mmdebstrap|mmdebstrap|mmdebstrap
bundle|dpkg-dev|dpkg-dev|dpkg-source
bundle|rpm|rpm-build|rpmbuild
aarch64|g++-aarch64-linux-gnu|gcc-c++-aarch64-linux-gnu|aarch64-linux-gnu-g++
aarch64|qemu-user|qemu-user|qemu-aarch64
vm|mmdebstrap|mmdebstrap|mmdebstrap
vm|qemu-system-x86|qemu-system-x86-core|qemu-system-x86_64
vm|fdisk|util-linux|sfdisk
vm|socat|socat|socat
vm|e2fsprogs|e2fsprogs|mke2fs
slurm|slurm-wlm|slurm|slurmctld
slurm|munge|munge|munged
'

fail_usage() {
  printf 'quickstart: %s\n' "$*" >&2
  exit 2
}

# os_value KEY: the value of KEY in /etc/os-release, empty where there is none.
os_value() {
  sed -n "s/^$1=//p" "$system_root/etc/os-release" 2>/dev/null | tr -d '"' | head -n 1
}

# "debian 12", "ubuntu 24.04", ...: what the package names depend on.
distribution() {
  local id
  id=$(os_value ID)
  printf '%s %s\n' "${id:-an unknown distribution}" "$(os_value VERSION_ID)"
}

is_there() {
  case $1 in
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    py:*) /usr/bin/python3 -c "import ${1#py:}" 2>/dev/null ;;
    file:*) compgen -G "${1#file:}" >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# missing_packages COLUMN USE...: the packages of these uses that are not there, one a line.
# COLUMN is 2 for Debian's names and 3 for Fedora's.
missing_packages() {
  local column=$1 use apt dnf check
  shift
  while IFS='|' read -r use apt dnf check; do
    [[ -n $use && " $* " == *" $use "* ]] || continue
    is_there "$check" && continue
    if [[ $column == 2 ]]; then echo "$apt"; else echo "$dnf"; fi
  done <<<"$package_table" | sort -u
}

# Ubuntu has Chromium only as a snap, which a script should not install unasked.
drop_ubuntu_chromium() {
  local name
  while read -r name; do
    if [[ $name == chromium && $(os_value ID) == ubuntu ]]; then
      echo "quickstart: for the browser tests, 'snap install chromium' (no package on Ubuntu)" >&2
    else
      echo "$name"
    fi
  done
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail_usage "installing packages needs root: run this as root once, or install sudo"
  fi
}

install_with_apt() {
  local missing
  mapfile -t missing < <(missing_packages 2 "$@" | drop_ubuntu_chromium)
  if [[ ${#missing[@]} == 0 ]]; then
    echo "quickstart: every package that assay needs ($*) is installed"
    return
  fi
  echo "quickstart: installing with apt-get what assay needs ($*): ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# Elsewhere nothing is installed: names differ too much to guess. What is there already is used.
check_elsewhere() {
  local missing column=3 names="as Fedora names them"
  if [[ "$(os_value ID) $(os_value ID_LIKE)" == *debian* ]]; then
    column=2 names="as Debian names them"
  fi
  mapfile -t missing < <(missing_packages "$column" "$@")
  [[ ${#missing[@]} == 0 ]] && return 0
  cat >&2 <<TEXT
quickstart: this is $(distribution); packages are installed only on Debian 12 and Ubuntu 24.04.
Missing here ($names): ${missing[*]}
Install them and run this again (CMake 3.25 and a C++20 compiler are the least versions),
or take the bundle, which needs nothing but glibc 2.34: build it on Debian 12 with
'cmake --build --preset release --target bundle' and unpack build/release-bundle/assay-*.tar.gz here.
TEXT
  exit 2
}

install_for() {
  case $(distribution) in
    "debian 12" | "ubuntu 24.04") install_with_apt "$@" ;;
    *) check_elsewhere "$@" ;;
  esac
}

# For the cross-build, with arm64 libraries in the build folder: this machine's stay as they are.
set_up_aarch64() {
  [[ $(distribution) == "debian 12" ]] ||
    fail_usage "the aarch64 bundle is made of Debian 12's packages, on Debian 12; this is $(distribution)"
  install_for build bundle aarch64
  local libraries
  mapfile -t libraries < <(awk -F'|' '$1 == "build" && $4 ~ /^pc:/ { print $2 }' <<<"$package_table")
  bash "$here/cloud-init/sysroot.sh" "$here/build/sysroot-aarch64" libc6-dev "${libraries[@]}"
}

has_nvidia_gpu() {
  local device
  for device in "$system_root"/sys/bus/pci/devices/*/; do
    if grep -qsx 0x10de "$device/vendor" && grep -qs '^0x03' "$device/class"; then return 0; fi
  done
  return 1
}

nvcc_is_there() {
  command -v nvcc >/dev/null || [[ -x $system_root/usr/local/cuda/bin/nvcc ]]
}

# Names the packages without which the GPU is not measured; they are large and need a restart,
# so nothing here installs them.
warn_about_gpu() {
  has_nvidia_gpu || return 0
  local wanted=() driver nvcc="nvidia-cuda-toolkit, or cuda-toolkit-13-0 of NVIDIA's repository"
  case $(distribution) in
    "debian 12") driver="nvidia-driver (Debian, non-free), or nvidia-open of NVIDIA's repository" ;;
    "ubuntu 24.04") driver="nvidia-driver-580-server-open (Ubuntu, restricted)" ;;
    *) driver="NVIDIA's driver" nvcc="NVIDIA's CUDA toolkit" ;;
  esac
  [[ -e $system_root/proc/driver/nvidia/version ]] || wanted+=("driver: $driver")
  nvcc_is_there || wanted+=("nvcc: $nvcc")
  [[ ${#wanted[@]} == 0 ]] && return 0
  local IFS=';'
  echo "quickstart: THIS MACHINE HAS AN NVIDIA GPU THAT WILL NOT BE MEASURED. Missing packages:" \
    "${wanted[*]}. Install them and run this again; going on without the GPU."
}

build_release() {
  (
    cd "$here"
    cmake --preset release
    cmake --build --preset release --parallel "$(nproc)"
  )
}

main() {
  local uses="build, test, lint, fuzz, fresh, bundle, aarch64, vm, slurm"
  if [[ ${1:-} == --setup ]]; then
    [[ $# == 2 ]] || fail_usage "--setup takes one of $uses"
    case $2 in
      build)
        warn_about_gpu
        install_for build
        ;;
      test)
        warn_about_gpu
        install_for build test
        ;;
      lint) install_for build test lint ;;
      fuzz) install_for build test fuzz ;;
      fresh) install_for fresh ;;
      bundle) install_for build bundle ;;
      aarch64) set_up_aarch64 ;;
      vm) install_for vm ;;
      slurm) install_for slurm ;;
      *) fail_usage "--setup takes one of $uses, not '$2'" ;;
    esac
    return
  fi
  # Standard output is the program's own: --json prints the result there.
  {
    warn_about_gpu
    install_for build
    build_release
  } >&2
  local suite=(--suite quick)
  [[ " $* " == *" --suite"* ]] && suite=()
  exec "$here/build/release/runners/assay" run "${suite[@]}" "$@"
}

main "$@"
