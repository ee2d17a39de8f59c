#!/bin/sh
# Makes the API key of the demo: for Causeway (secrets.env), and for Prometheus and Alertmanager (api-key).
set -eu
cd "$(dirname "$0")"
umask 022 # the servers in their containers read api-key under another user
key=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
printf 'CAUSEWAY_API_KEY=%s\n' "$key" > secrets.env
printf '%s' "$key" > api-key
echo "deploy/compose/secrets.env holds the API key."
