#!/bin/bash
# A folder with Debian 12's arm64 libraries and headers, which the aarch64 bundle is linked against and
# started with under qemu-aarch64. This machine's own packages are left alone; no root is needed.
# usage: sysroot.sh FOLDER PACKAGE... (./quickstart.sh --setup aarch64 calls it)
set -euo pipefail

# Called by mmdebstrap: who owns which file, so that `dpkg-query -S` finds licences by it.
if [[ $1 == owners ]]; then
  admin=$2/var/lib/dpkg
  mkdir -p "$admin/info"
  for deb in "$2"/var/cache/apt/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar --list | sed 's|^\.||; s|/$||; s|^$|/.|' \
      >"$admin/info/$(dpkg-deb --field "$deb" Package).list"
    dpkg-deb --field "$deb"
    printf 'Status: install ok unpacked\n\n'
  done >"$admin/status"
  exit
fi

folder=$1
shift
packages=$(printf '%s,' "$@")
# What is asked for is a part of the folder: with another package it is made anew.
if [[ $(cat "$folder/packages" 2>/dev/null) == "$packages" ]]; then exit; fi
options=()
for file in /etc/apt/apt.conf.d/*; do options+=("--aptopt=$file"); done
sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
  if [[ -s $file ]]; then sources+=("$file"); fi
done
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
echo "sysroot: unpacking Debian's arm64 packages into $folder"
mmdebstrap --mode=chrootless --arch=arm64 --variant=extract --quiet "${options[@]}" \
  --include="${packages%,}" --extract-hook="bash '$(realpath "$0")' owners \"\$1\"" bookworm "$folder" "${sources[@]}"
# libz.so -> /lib/aarch64-linux-gnu/libz.so.1.2.13 would lead out of the folder.
find "$folder" -type l -lname '/*' -printf '%p\t%l\n' | while IFS=$'\t' read -r link target; do
  ln -sfnr "$folder$target" "$link"
done
echo "$packages" >"$folder/packages"
