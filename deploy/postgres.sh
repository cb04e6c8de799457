#!/bin/sh
# Runs once, in an empty PostgreSQL: the role that owns the schema, the role that
# serves and has no right of its own, and their database.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres --dbname postgres <<SQL
CREATE ROLE sentineliq_owner LOGIN CREATEROLE PASSWORD '$OWNER_PASSWORD';
CREATE ROLE sentineliq LOGIN PASSWORD '$SERVICE_PASSWORD';
CREATE DATABASE sentineliq OWNER sentineliq_owner ENCODING 'UTF8' TEMPLATE template0;
SQL
