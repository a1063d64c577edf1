#!/bin/bash
# Measures this instance once. assay.service runs it; what it says goes to /var/log/assay.log.
set -u
cd /opt/assay || exit 1
# shellcheck source=/dev/null
. ./settings.sh

say() {
  printf 'assay: %s\n' "$*"
  printf 'assay: %s\n' "$*" >/dev/console
}
fail() {
  say "FAILED: $*"
  exit 1
}

# Armed again at each boot, before anything else: this instance ends, whatever happens below.
if [ "$ON_FINISH" != keep ]; then
  shutdown -P "+$MAX_MINUTES" 'assay: the time is up' ||
    fail 'the power-off cannot be armed, so that nothing is measured'
fi

assay=/opt/assay/bundle/bin/assay
if [ ! -x "$assay" ]; then
  python3 transfer.py get || fail "the bundle is not used (see above)"
  rm -rf unpacked
  mkdir unpacked
  tar -xzf bundle.tar.gz -C unpacked --strip-components=1 --no-same-owner ||
    fail 'the bundle cannot be unpacked'
  # A power cut must not leave the folder's name with files that are still empty.
  sync
  mv unpacked bundle
fi
# The machine in the header of an ELF file (e_machine, two bytes at 18), else "cannot execute".
case $(od -An -tx1 -j18 -N2 "$assay" | tr -d ' ') in
  3e00) made_for=x86_64 ;;
  b700) made_for=aarch64 ;;
  *) made_for='another machine' ;;
esac
[ "$made_for" = "$(uname -m)" ] ||
  fail "this bundle is for $made_for, and the instance is $(uname -m): give --bundle the one for that"
"$assay" --version || fail 'the program of the bundle does not start'
if [ -n "$NEED_CLASS" ]; then
  "$assay" probe --need-class "$NEED_CLASS" || fail "this instance is not of class $NEED_CLASS"
fi

# exec: SIGTERM must reach the program itself.
if [ -e out/journal.ndjson ]; then
  say 'goes on with the run that was interrupted'
  exec "$assay" run --resume out --upload "$UPLOAD"
fi
exec "$assay" run --out out --upload "$UPLOAD" "${RUN_ARGUMENTS[@]}"
