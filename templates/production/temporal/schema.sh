#!/bin/sh
# Creates Temporal's two databases where they are missing, and brings their schema up to this version.
set -eu

tool() {
  temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p 5432 -u "$POSTGRES_USER" --db "$database" "$@"
}

for database in temporal temporal_visibility; do
  versions=${database#temporal_}
  update() { tool update-schema -d "/etc/temporal/schema/postgresql/v12/$versions/versioned"; }
  # An update fails where there is no schema yet: only then is one set up.
  if ! update; then
    tool create
    tool setup-schema -v 0.0
    update
  fi
done
