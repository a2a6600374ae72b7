#!/bin/sh
# Gives the certificates to the user the image runs as, whichever number that has,
# and lets nobody else read the keys.
set -eu
for n in 1 2 3; do
  chown -R --reference=/var/lib/kurrentdb "/tls/$n"
  chmod 0700 "/tls/$n"
  chmod 0600 "/tls/$n/node.key"
  chmod 0644 "/tls/$n/node.crt"
done
chmod 0755 /trust
