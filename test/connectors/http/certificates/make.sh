#!/usr/bin/env bash
# Writes the certificates of the TLS tests into this folder: a CA, a server for 127.0.0.1, a client; a server whose
# certificate has expired, one for another host; another CA, and a client of it. Needs openssl.
# They are test data, valid from 2020 to 2120 whatever the clock says, and nothing trusts them.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
touch index.txt
cat > ca.cnf <<'CNF'
[ca]
default_ca = own
[own]
database = index.txt
unique_subject = no
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
CNF
sign() { # name, signing key, signing options, extension, end
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=causeway test $1" -keyout "$1.key" -out "$1.csr"
  # shellcheck disable=SC2086 # options
  openssl ca -batch -notext -config ca.cnf -keyfile "$2.key" $3 -startdate 20200101000000Z -enddate "$5" \
    -extfile <(echo "$4") -in "$1.csr" -out "$1.pem"
}
forever=21200101000000Z
for ca in ca other-ca; do sign "$ca" "$ca" -selfsign "basicConstraints=critical,CA:TRUE" "$forever"; done
sign server ca "-cert ca.pem" subjectAltName=IP:127.0.0.1 "$forever"
sign client ca "-cert ca.pem" subjectAltName=IP:127.0.0.1 "$forever"
sign expired ca "-cert ca.pem" subjectAltName=IP:127.0.0.1 20200102000000Z
sign other-host ca "-cert ca.pem" subjectAltName=DNS:prometheus.example.com "$forever"
sign other-client other-ca "-cert other-ca.pem" subjectAltName=IP:127.0.0.1 "$forever"
rm ca.key other-ca.key ./[0-9A-F]*.pem
cp ./*.pem ./*.key "$folder"
