#!/usr/bin/env bash
# Installs a published edgeruntime as a systemd service. Running it again with another build upgrades; the build before stays beside it.
#
#   sudo installer/systemd/install.sh PUBLISHED_FOLDER
#   installer/systemd/install.sh --root FOLDER PUBLISHED_FOLDER    lays the files out below FOLDER: no user, nothing started
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { echo "install.sh: $*" >&2; exit 1; }

root=""
if [ "${1:-}" = --root ]; then
    [ $# -ge 2 ] || fail "--root needs a folder."
    root=${2%/}
    shift 2
fi
[ $# -eq 1 ] || fail "give the folder that 'dotnet publish src/Service' wrote, and nothing else."
published=${1%/}
[ -f "$published/edgeruntime" ] || fail "$published holds no edgeruntime; publish src/Service for this machine first."
[ -n "$root" ] || [ "$(id -u)" -eq 0 ] || fail "run it as root, for example with sudo."

opt=$root/opt/edgeruntime
etc=$root/etc/edgeruntime
# A version is known by its content, so that installing the same build twice changes nothing.
version=$(cd "$published" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)

if [ -z "$root" ] && ! id edgeruntime >/dev/null 2>&1; then
    useradd --system --user-group --no-create-home --home-dir /var/lib/edgeruntime --shell /usr/sbin/nologin edgeruntime
fi

install -d -m 0755 "$opt" "$opt/versions" "$root/etc/systemd/system"
install -d -m 0750 "$etc" "$etc/site"
# systemd would make the data folder at the first start; 'check' and the first release need it before.
install -d -m 0700 "$root/var/lib/edgeruntime" "$root/var/lib/edgeruntime/registry"
[ -n "$root" ] || chown edgeruntime:edgeruntime /var/lib/edgeruntime /var/lib/edgeruntime/registry
if [ ! -d "$opt/versions/$version" ]; then
    # Copied beside and renamed, so that a half copied version is never found under its name.
    rm -rf "$opt/versions/.$version"
    cp -R "$published" "$opt/versions/.$version"
    chmod -R u=rwX,go=rX "$opt/versions/.$version"
    chmod 0755 "$opt/versions/.$version/edgeruntime"
    sync
    mv "$opt/versions/.$version" "$opt/versions/$version"
fi

# What a person wrote is never overwritten.
[ -e "$etc/appsettings.json" ] || install -m 0640 "$here/appsettings.json" "$etc/appsettings.json"
[ -n "$root" ] || chown -R root:edgeruntime "$etc"
install -m 0644 "$here/edgeruntime.service" "$root/etc/systemd/system/edgeruntime.service"

# The switch is one rename.
ln -sfn "versions/$version" "$opt/.current"
mv -T "$opt/.current" "$opt/current"

if [ -z "$root" ]; then
    systemctl daemon-reload
    systemctl enable edgeruntime.service
    if [ -f "$etc/site/site.yaml" ]; then
        systemctl restart edgeruntime.service
        echo "edgeruntime $version is installed and started; see: systemctl status edgeruntime"
    else
        echo "edgeruntime $version is installed. Put the site's documents into /etc/edgeruntime/site, then: systemctl start edgeruntime"
    fi
else
    echo "edgeruntime $version is laid out below $root."
fi
