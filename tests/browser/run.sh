#!/bin/sh
# Runs browser.test.mjs, or the test named, on the file $ASSAY_REPORT, or says what is missing and exits 77 (skipped).
# $ASSAY_BROWSER_DRIVER is the folder whose node_modules holds playwright-core.
set -eu
skip() {
  echo "browser test skipped: $1"
  exit 77
}
command -v node >/dev/null || skip "node is not installed (apt-get install nodejs)"
[ -x "${ASSAY_CHROMIUM:=/usr/bin/chromium}" ] ||
  skip "no Chromium at $ASSAY_CHROMIUM (apt-get install chromium, or set ASSAY_CHROMIUM)"
[ -d "$ASSAY_BROWSER_DRIVER/node_modules/playwright-core" ] ||
  skip "no playwright-core in $ASSAY_BROWSER_DRIVER (./test.sh installs it, or npm install there)"
export ASSAY_CHROMIUM
exec node --test "$(dirname "$0")/${1:-browser.test.mjs}"
