#!/usr/bin/env bash
# All tests of ./do test. A PostgreSQL server of our own is started on a free port and thrown away.
set -euo pipefail
cd "$(dirname "$0")/.."
export CC="${CC:-ccache gcc}"
. tests/postgres.sh
pg_start
trap pg_stop EXIT
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
for t in tests/*.py; do
  case "$t" in tests/kaname.py | tests/sink.py | tests/nginx.py) continue ;; esac
  step "$t on SQLite and PostgreSQL"
  python3 "$t"
done
for t in tests/browser/*.mjs; do
  case "$t" in tests/browser/kaname.mjs | tests/browser/source.mjs | tests/browser/pages.mjs | tests/browser/large.mjs) continue ;; esac # the long walks: ./do walk
  step "$t in Chromium"
  node "$t"
done
echo "all steps passed"
