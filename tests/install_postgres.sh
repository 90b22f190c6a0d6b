#!/bin/sh
# Looks for a PostgreSQL server and installs Debian's where there is none and this user may.
# stdout: the word for FAIRLEAD_TEST_POSTGRES; stderr: what was done, or what to do.
# usage: tests/install_postgres.sh PYTHON
set -eu

found() { "$1" -m tests.postgres_binaries >/dev/null; }

# Packages make a cluster and start it, unless this file says otherwise; ours is gone afterwards.
install() {
    $1 sh -eu -c '
        settings=/etc/postgresql-common/createcluster.d
        mkdir -p "$settings"
        trap "rm -f $settings/fairlead-tests.conf; rmdir $settings 2>/dev/null || true" EXIT
        echo "create_main_cluster = false" >"$settings/fairlead-tests.conf"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends postgresql' >&2
}

if [ -n "${FAIRLEAD_TEST_POSTGRES:-}" ]; then
    echo "$FAIRLEAD_TEST_POSTGRES"
    exit
fi
if ! found "$1"; then
    as_root=none
    if [ -n "${FAIRLEAD_POSTGRES_BIN:-}" ]; then
        echo "PostgreSQL: no initdb, pg_ctl and postgres in $FAIRLEAD_POSTGRES_BIN" >&2
    elif [ "$(id -u)" = 0 ]; then as_root=env
    elif sudo -n true 2>/dev/null; then as_root="sudo -n"
    fi
    if [ "$as_root" != none ] && command -v apt-get >/dev/null; then
        echo "PostgreSQL: not installed; installing the package postgresql for the tests" >&2
        install "$as_root" || echo "PostgreSQL: apt-get failed, see above" >&2
    fi
fi
if found "$1"; then
    echo required
else
    echo "PostgreSQL: not installed, its tests will be skipped. To run them: apt-get install postgresql" \
        "as root, or name the folder of initdb and postgres in FAIRLEAD_POSTGRES_BIN" >&2
    echo optional
fi
