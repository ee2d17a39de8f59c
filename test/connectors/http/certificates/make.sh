#!/usr/bin/env bash
# Writes the certificates of the mTLS tests into this folder: a CA, a server for 127.0.0.1, a client. Needs openssl.
# They are test data, valid for 100 years, and nothing trusts them.
set -euo pipefail
cd "$(dirname "$0")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj "/CN=causeway test CA" \
  -keyout ca.key -out ca.pem
for name in server client; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=causeway test $name" \
    -keyout "$name.key" -out "$name.csr"
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 36500 \
    -extfile <(echo "subjectAltName=IP:127.0.0.1") -out "$name.pem"
done
rm -f ./*.csr ./*.srl ca.key
