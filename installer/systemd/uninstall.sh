#!/usr/bin/env bash
# Removes the service and its programs. What the box knows (/var/lib/edgeruntime), its settings and its logs stay, unless --purge is said.
#
#   sudo installer/systemd/uninstall.sh [--purge]
#   installer/systemd/uninstall.sh --root FOLDER [--purge]     the same below FOLDER, without systemd
set -euo pipefail

fail() { echo "uninstall.sh: $*" >&2; exit 1; }

root="" purge=no
while [ $# -gt 0 ]; do
    case $1 in
        --root) [ $# -ge 2 ] || fail "--root needs a folder."; root=${2%/}; shift 2 ;;
        --purge) purge=yes; shift ;;
        *) fail "unknown argument $1; known: --root FOLDER, --purge." ;;
    esac
done
[ -n "$root" ] || [ "$(id -u)" -eq 0 ] || fail "run it as root, for example with sudo."

if [ -z "$root" ] && [ -f /etc/systemd/system/edgeruntime.service ]; then
    systemctl disable --now edgeruntime.service
fi
rm -f "$root/etc/systemd/system/edgeruntime.service"
rm -rf "$root/opt/edgeruntime"
[ -n "$root" ] || systemctl daemon-reload

if [ "$purge" = yes ]; then
    rm -rf "$root/var/lib/edgeruntime" "$root/etc/edgeruntime" "$root/var/log/edgeruntime"
    if [ -z "$root" ] && id edgeruntime >/dev/null 2>&1; then userdel edgeruntime; fi
    echo "edgeruntime is removed with everything it knew."
else
    echo "edgeruntime is removed. Its journal, settings and logs are still in $root/var/lib/edgeruntime, $root/etc/edgeruntime and $root/var/log/edgeruntime."
fi
