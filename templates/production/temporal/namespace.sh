#!/bin/sh
# Waits for the server; creates the namespace, and the search attribute by which mcpa lists runs by their state.
set -eu

until temporal operator cluster health; do
  sleep 2
done
if ! temporal operator namespace describe --namespace "$NAMESPACE"; then
  temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
fi
until temporal operator search-attribute list --namespace "$NAMESPACE" | grep -q McpaState; do
  temporal operator search-attribute create --namespace "$NAMESPACE" --name McpaState --type KeywordList || true
  sleep 2
done
