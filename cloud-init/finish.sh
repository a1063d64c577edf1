#!/bin/bash
# Runs when launch.sh has ended, whatever the reason: uploads, says how it went, powers off.
set -u
cd /opt/assay || exit 1
# shellcheck source=/dev/null
. ./settings.sh

log=/var/log/assay.log
printf 'assay: ended with %s %s (%s)\n' "${EXIT_CODE:-}" "${EXIT_STATUS:-}" "${SERVICE_RESULT:-}"
arrived=no
if [ -d out ] && bundle/bin/assay upload out "$UPLOAD" --log "$log"; then
  arrived=yes
elif python3 transfer.py put-log; then
  arrived='the log only'
fi

# Interrupted (4, or by a signal): the next boot goes on with it. Anything else is final.
case "${EXIT_CODE:-}/${EXIT_STATUS:-}" in
  exited/4) ;;
  exited/*) touch finished ;;
esac
printf 'assay: %s; uploaded: %s\n' "$(python3 transfer.py summary)" "$arrived" |
  tee /dev/console
if [ "$ON_FINISH" != keep ]; then
  systemctl --no-block poweroff
fi
