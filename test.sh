#!/usr/bin/env bash
# Installs what the tests need, builds with tests, runs them by CTest.
#   ./test.sh          every test but fresh
#   ./test.sh GROUP    one group: unit io e2e browser gpu vm (labels of CTest), or
#                      fresh (both commands of the README in a minimal Debian 12 root; needs root)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

label=()
case ${1:-all} in
  all) ;;
  unit | io | e2e | browser | gpu | vm) label=(-L "^$1\$") ;;
  fresh)
    ./quickstart.sh --setup fresh
    exec bash tests/fresh/fresh.sh
    ;;
  *)
    echo "test.sh: no test group '$1'; groups: unit io e2e browser gpu vm fresh" >&2
    exit 2
    ;;
esac

# The browser driver from the npm registry, next to the build so that the clone stays clean.
install_browser_driver() {
  local source=tests/browser folder=build/browser
  [[ -f $source/package-lock.json ]] || return 0
  cmp -s "$source/package-lock.json" "$folder/installed-lock.json" && return 0
  mkdir -p "$folder"
  cp "$source/package.json" "$source/package-lock.json" "$folder/"
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund
  cp "$source/package-lock.json" "$folder/installed-lock.json"
}

./quickstart.sh --setup test
# The image of the virtual instance is made by root; for another user those tests say so and skip.
if [[ ${1:-all} == vm || (${1:-all} == all && $(id -u) == 0) ]]; then ./quickstart.sh --setup vm; fi
install_browser_driver
cmake --preset ci
cmake --build --preset ci --parallel "$(nproc)"
# Tests that use the disk share a CTest resource lock, so that two at once do not disturb each other.
ctest --preset ci --parallel 2 "${label[@]}"
