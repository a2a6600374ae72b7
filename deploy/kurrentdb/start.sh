#!/bin/sh
# The first passwords of admin and ops are read from the environment only. Taken from
# the secrets here, they show in no `docker inspect`.
set -eu
KURRENTDB_DEFAULT_ADMIN_PASSWORD=$(cat /run/secrets/kurrentdb_admin)
KURRENTDB_DEFAULT_OPS_PASSWORD=$(cat /run/secrets/kurrentdb_ops)
export KURRENTDB_DEFAULT_ADMIN_PASSWORD KURRENTDB_DEFAULT_OPS_PASSWORD
# The vendor's package and an image built from source name the program differently.
for program in /opt/kurrentdb/kurrentd /opt/kurrentdb/KurrentDB; do
  if [ -x "$program" ]; then
    exec "$program" "$@"
  fi
done
echo "no KurrentDB in this image" >&2
exit 1
