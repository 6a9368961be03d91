#!/usr/bin/env bash
# Sees to it that the tests have a Chromium: installs Debian's where that is allowed, else says the one command.
set -euo pipefail

if [ -x /usr/bin/chromium ] && [ -x "${CHROMIUM:-/usr/bin/chromium-headless-shell}" ]; then
  exit 0
fi
if [ "$(id -u)" = 0 ]; then
  sudo=()
elif sudo -n true 2>/dev/null; then
  sudo=(sudo -n)
else
  echo "The browser tests need Chromium. Run this, then try again:" >&2
  echo "  sudo apt-get install -y chromium chromium-headless-shell" >&2
  exit 1
fi
echo "Installing Chromium for the browser tests."
"${sudo[@]}" apt-get update -q
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium chromium-headless-shell fonts-dejavu-core fonts-roboto
