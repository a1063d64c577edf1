#!/bin/sh
# A setup hook of mmdebstrap: the new root ($1) reaches packages the way this machine does.
# Nothing of it is printed.
set -eu
for part in apt.conf.d preferences.d auth.conf.d keyrings trusted.gpg.d; do
  [ -d "/etc/apt/$part" ] || continue
  mkdir -p "$1/etc/apt/$part"
  cp -a "/etc/apt/$part/." "$1/etc/apt/$part/"
done
