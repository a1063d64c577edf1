#!/bin/sh
# The tests of the CPU kernels as an aarch64 program under qemu-user: NEON is checked on any machine.
# usage: arm.sh SOURCE_ROOT FOLDER (for what is compiled). Says what is missing and exits 77 (skipped).
set -eu
source=$1 folder=$2
compiler=aarch64-linux-gnu-g++ googletest=/usr/src/googletest/googletest
skip() {
  echo "aarch64 kernels skipped: $1"
  exit 77
}
command -v "$compiler" >/dev/null || skip "no $compiler (apt-get install g++-aarch64-linux-gnu)"
command -v qemu-aarch64 >/dev/null || skip "no qemu-aarch64 (apt-get install qemu-user)"
[ -d "$googletest" ] || skip "no $googletest (apt-get install googletest)"

mkdir -p "$folder"
if [ ! -e "$folder/gtest.o" ]; then
  $compiler -std=c++17 -O1 -I"$googletest/include" -I"$googletest" -c \
    "$googletest/src/gtest-all.cc" -o "$folder/gtest.o"
fi
cd "$source"
set -- tests/kernels/*_test.cpp
for file in kernels/cpu/*.cpp; do
  case $file in
    */avx* | */rep.cpp) ;;
    *) set -- "$@" "$file" ;;
  esac
done
$compiler -std=c++20 -O2 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror \
  -static -I. -isystem "$googletest/include" "$@" "$googletest/src/gtest_main.cc" "$folder/gtest.o" \
  -o "$folder/kernels_test"
exec qemu-aarch64 "$folder/kernels_test"
