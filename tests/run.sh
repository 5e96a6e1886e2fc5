#!/usr/bin/env bash
# All tests of ./do test. A PostgreSQL server of our own is started on a free port and thrown away.
set -euo pipefail
cd "$(dirname "$0")/.."
export CC="${CC:-ccache gcc}"
. tests/postgres.sh
# In memory where there is room: these tests kill programs, not the machine (power cuts have their own test of the store), and most of their time was the disk's.
if [ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)" -gt 6000000 ] 2>/dev/null; then
  TMPDIR=$(mktemp -d /dev/shm/kaname.XXXX)
  chmod 711 "$TMPDIR" # PostgreSQL's own user goes through it
  export TMPDIR
fi
LOGS=$(mktemp -d)
pg_start
trap 'pg_stop; rm -rf "$LOGS"; case "${TMPDIR:-}" in /dev/shm/kaname.*) rm -rf "$TMPDIR" ;; esac' EXIT
step() { echo "== $*"; }

step "sanitizers, gcc, unit tests on SQLite and PostgreSQL"
setup() { local d=$1; shift; if [ -f "$d/build.ninja" ]; then meson configure "$d" "$@" >/dev/null; else meson setup "$d" "$@" >/dev/null; fi; }
setup build-debug -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Dpg="$KANAME_PG"
ninja -C build-debug --quiet
meson test -C build-debug --print-errorlogs
step "the other compiler"
CC="ccache clang" setup build-clang -Dbuildtype=release
ninja -C build-clang --quiet
step "walls, source, globals"
tests/walls.sh
tools/check_source.sh
tools/check_globals.sh build-clang
# Several at once: most of a black-box test's time is waiting. What each printed stands together, with its seconds.
one() {
  local t=$1 log=$LOGS/${1//\//_} rc=0 start=$SECONDS
  case "$t" in *.mjs) node "$t" >"$log" 2>&1 || rc=$? ;; *) python3 "$t" >"$log" 2>&1 || rc=$? ;; esac
  { echo "== $t, $((SECONDS - start)) s"; cat "$log"; [ $rc = 0 ] || echo "FAILED $t, exit code $rc"; } >"$log.whole"
  flock "$LOGS" cat "$log.whole"
  return $rc
}
export LOGS
export -f one
at_once() { xargs -n 1 -P "$1" bash -c 'one "$1"' _; }

shopt -s extglob
step "black-box tests on SQLite and PostgreSQL"
one tests/kill.py # alone: it kills backends of PostgreSQL, which then ends the work of all others
printf "%s\n" tests/authz.py tests/author.py tests/!(authz|author|kaname|sink|nginx|kill).py | at_once 3 # the longest first
step "browser tests in Chromium"
printf "%s\n" tests/browser/!(kaname|source|pages|large).mjs | at_once 2 # the long walks: ./do walk
echo "all steps passed"
