#!/bin/sh
# Makes the cluster's authority once and each node's certificate; with the argument
# `renew` the nodes' certificates are made again under the same authority.
# The authority's key stays in its own volume that no server mounts.
set -eu
umask 077
at=${CERTIFICATES_AT:-} # where the volumes are mounted
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -s "$at/ca/ca.key" ]; then
  es-gencert-cli create-ca -days 3650 -out "$work/ca"
  cp "$work/ca/ca.key" "$work/ca/ca.crt" "$at/ca/"
fi
cp "$at/ca/ca.crt" "$at/trust/ca.crt.new"
chmod 0644 "$at/trust/ca.crt.new"
mv "$at/trust/ca.crt.new" "$at/trust/ca.crt"

for n in 1 2 3; do
  if [ "${1:-}" != renew ] && [ -s "$at/tls/$n/node.key" ]; then
    continue
  fi
  es-gencert-cli create-node -days 365 -ca-certificate "$at/ca/ca.crt" -ca-key "$at/ca/ca.key" -out "$work/$n" \
    -ip-addresses "127.0.0.1,172.30.240.1$n" -dns-names "localhost,kurrentdb$n"
  cp "$work/$n/node.crt" "$work/$n/node.key" "$at/tls/$n/"
  echo "certificate of kurrentdb$n made, good for 365 days"
done
