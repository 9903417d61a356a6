#!/bin/sh
# Makes what desk, scheduler and workers of Dask know each other by: ca.pem, cert.pem and key.pem in
# a folder, for three years. The authority's own key is thrown away: for others, run it again.
set -eu
folder=${1:?"say in which folder: $0 FOLDER"}
umask 077
mkdir "$folder"
cd "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1100 \
  -subj "/CN=crossroads authority" -keyout authority.key -out ca.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
  -subj "/CN=crossroads-dask" -keyout key.pem -out request.pem 2>/dev/null
openssl x509 -req -in request.pem -days 1100 -CA ca.pem -CAkey authority.key -CAcreateserial \
  -out cert.pem 2>/dev/null
rm -f authority.key request.pem ./*.srl
