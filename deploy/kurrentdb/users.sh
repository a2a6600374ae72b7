#!/bin/bash
# Gives the program a user of its own: it reads and writes cases and reads the whole
# log, and manages nothing. Run again it sets the password to that of the secret.
# An argument names another user with the same rights, for changing passwords
# without a break (runbooks/credentials.md).
set -euo pipefail
login=${1:-fangxin}
server=${KURRENTDB_SERVER:-https://kurrentdb1:2113}
authority=${KURRENTDB_AUTHORITY:-/trust/ca.crt}
secrets=${SECRETS:-/run/secrets}

call() { # method, path, type, body; answers the status
  curl --silent --show-error --cacert "$authority" --max-time 20 --output /dev/null --write-out '%{http_code}' \
    --config <(printf 'user = "admin:%s"\n' "$(cat "$secrets/kurrentdb_admin")") \
    --request "$1" --header "Content-Type: $3" --data @<(printf '%s' "$4") "$server$2"
}
expect() { # what, status, wanted…
  local what=$1 got=$2
  shift 2
  for wanted in "$@"; do [ "$got" = "$wanted" ] && return 0; done
  echo "$what: answer $got" >&2
  exit 1
}

password=$(cat "$secrets/kurrentdb_fangxin")
status=$(call POST /users application/json \
  "{\"loginName\":\"$login\",\"fullName\":\"Fangxin nodes\",\"groups\":[\"fangxin-nodes\"],\"password\":\"$password\"}")
if [ "$status" = 409 ]; then
  status=$(call POST "/users/$login/command/reset-password" application/json "{\"newPassword\":\"$password\"}")
fi
expect "user $login" "$status" 200 201

status=$(call POST '/streams/%24all/metadata' application/vnd.kurrent.events+json \
  '[{"eventId":"5b1f6c1e-6f6d-4f0e-9a57-2f7d3c0b9e11","eventType":"$metadata","data":{"$acl":{"$r":["$admins","fangxin-nodes"],"$mr":["$admins","fangxin-nodes"]}}}]')
expect "right to read the log" "$status" 201
echo "user $login may read the log and write cases"
