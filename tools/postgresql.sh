#!/usr/bin/env bash
# Sees to it that the tests have a PostgreSQL: installs Debian's where that is allowed, else says the one command.
set -euo pipefail

if command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  exit 0
fi
if [ "$(id -u)" = 0 ]; then
  sudo=()
elif sudo -n true 2>/dev/null; then
  sudo=(sudo -n)
else
  echo "The tests on the second engine need PostgreSQL. Run this, then try again:" >&2
  echo "  sudo apt-get install -y postgresql" >&2
  exit 1
fi
echo "Installing PostgreSQL for the tests."
"${sudo[@]}" apt-get update -q
# Debian would start a cluster of its own; the tests start theirs.
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql-common
"${sudo[@]}" sed -i 's/^#*\s*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql
