#!/usr/bin/env bash
# Installs what the tests need, builds with tests, runs them by CTest.
#   ./test.sh          every test but those that take minutes of their own: vm, vm-fleet, slurm and
#                      what follows
#   ./test.sh GROUP    one group: unit io e2e browser gpu vm vm-fleet slurm (labels of CTest), or
#                      fuzz (60 s of libFuzzer on the reader of Results, or ASSAY_FUZZ_SECONDS; with
#                      ASSAY_FUZZ_RUNS so many inputs from a fixed seed, the same in every run),
#                      bundle (builds it, and runs it in a minimal Debian 12 root; needs root),
#                      bundle-aarch64 (builds that for Graviton, and runs it under qemu-aarch64),
#                      fresh (both commands of the README in a minimal Debian 12 root; needs root)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

label=()
case ${1:-all} in
  all) label=(-LE '^(vm|vm-fleet|slurm)$') ;;
  unit | io | e2e | browser | gpu | vm | vm-fleet | slurm) label=(-L "^$1\$") ;;
  fresh)
    ./quickstart.sh --setup fresh
    exec bash tests/fresh/fresh.sh
    ;;
  fuzz)
    ./quickstart.sh --setup fuzz
    cmake --preset fuzz
    cmake --build --preset fuzz --parallel "$(nproc)"
    # New inputs are kept next to the build, to begin with next time; what makes it fail is left in
    # build/fuzz/found-*.
    mkdir -p build/fuzz/found
    inputs=(build/fuzz/found tests/fuzz/corpus)
    bound=(-max_total_time="${ASSAY_FUZZ_SECONDS:-60}")
    if [[ -n ${ASSAY_FUZZ_RUNS:-} ]]; then
      rm -rf build/fuzz/seeded
      mkdir build/fuzz/seeded
      inputs=(build/fuzz/seeded tests/fuzz/corpus)
      bound=(-seed=1 -runs="$ASSAY_FUZZ_RUNS" -use_cmp=0)  # compared values hold addresses
    fi
    exec build/fuzz/tests/fuzz/result_fuzzer "${inputs[@]}" "${bound[@]}" \
      -max_len=65536 -timeout=30 -rss_limit_mb=2048 \
      -artifact_prefix=build/fuzz/found- -print_final_stats=1
    ;;
  bundle)
    ./quickstart.sh --setup bundle
    cmake --preset ci
    cmake --build --preset ci --target bundle
    exec python3 -B tests/bundle/bundle_test.py build/ci-bundle
    ;;
  bundle-aarch64)
    ./quickstart.sh --setup aarch64
    cmake --preset aarch64
    cmake --build --preset aarch64 --target bundle
    exec python3 -B tests/bundle/bundle_test.py build/aarch64-bundle
    ;;
  *)
    echo "test.sh: no test group '$1'; groups: unit io e2e browser gpu vm vm-fleet" \
      "slurm fuzz bundle bundle-aarch64 fresh" >&2
    exit 2
    ;;
esac

# install_driver SOURCE FOLDER: what SOURCE/package-lock.json names, from the npm registry, next to
# the build so that the clone stays clean.
install_driver() {
  local source=$1 folder=$2
  [[ -f $source/package-lock.json ]] || return 0
  cmp -s "$source/package-lock.json" "$folder/installed-lock.json" && return 0
  mkdir -p "$folder"
  cp "$source/package.json" "$source/package-lock.json" "$folder/"
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund
  cp "$source/package-lock.json" "$folder/installed-lock.json"
}

./quickstart.sh --setup test
case ${1:-all} in
  vm | vm-fleet) ./quickstart.sh --setup vm ;;
  slurm) ./quickstart.sh --setup slurm ;;
esac
install_driver tests/browser build/browser # playwright-core, which drives Chromium
install_driver tests/duckdb build/duckdb   # DuckDB, which queries the rows of a fleet
install_driver tests/upload build/s3       # an S3 server that checks signatures
cmake --preset ci
cmake --build --preset ci --parallel "$(nproc)"
# The launched instance runs the bundle.
[[ ${1:-all} == vm* ]] && cmake --build --preset ci --target bundle
# Tests that use the disk share a CTest resource lock, so that two at once do not disturb each other.
ctest --preset ci --parallel 2 "${label[@]}"
