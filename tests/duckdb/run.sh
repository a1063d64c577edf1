#!/bin/sh
# Runs duckdb.test.mjs, or says what is missing and exits 77 (skipped).
# $ASSAY_DUCKDB_DRIVER is the folder whose node_modules holds @duckdb/node-api.
set -eu
skip() {
  echo "DuckDB test skipped: $1"
  exit 77
}
command -v node >/dev/null || skip "node is not installed (apt-get install nodejs)"
[ -d "$ASSAY_DUCKDB_DRIVER/node_modules/@duckdb/node-api" ] ||
  skip "no @duckdb/node-api in $ASSAY_DUCKDB_DRIVER (./test.sh installs it, or npm install there)"
exec node --test "$(dirname "$0")/"*.test.mjs
