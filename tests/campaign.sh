#!/usr/bin/env bash
# The long tests of durability: tests/campaign.sh [SECONDS]. Without a time: 300 kills on SQLite, 100 on PostgreSQL, every n-th call, 6,000 power cuts.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/postgres.sh
pg_start
trap pg_stop EXIT
seconds=${1:-}
quarter=$((${seconds:-0} / 4))
step() { echo "== $(date -u +%T) $*"; }

step "kill -9 under 64 clients, SQLite"
python3 tests/kill.py --db sqlite --rounds 300 ${seconds:+--seconds $quarter}
step "kill -9 of Kaname and of PostgreSQL's backends under 64 clients"
python3 tests/kill.py --db "$KANAME_PG" --rounds 100 ${seconds:+--seconds $quarter}
step "the n-th call fails"
if [ -n "$seconds" ]; then python3 tests/faults.py --seconds $((quarter / 2)); else python3 tests/faults.py --all --seconds 240; fi
if [ -z "$seconds" ]; then
  step "the n-th call fails, with sanitizers"
  [ -f build-debug/build.ninja ] || CC="ccache gcc" meson setup build-debug -Dbuildtype=debugoptimized -Db_sanitize=address,undefined >/dev/null
  ninja -C build-debug --quiet kaname >/dev/null
  KANAME_PROGRAM=$PWD/build-debug/kaname python3 tests/faults.py --db sqlite --seconds 240
fi
step "power cuts"
ninja -C build --quiet test_store_powercut >/dev/null
KANAME_CUT_SCRIPTS=$([ -n "$seconds" ] && echo 1 || echo 5) build/test_store_powercut
step "the campaign is over"
