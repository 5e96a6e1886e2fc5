#!/usr/bin/env bash
# The walls stand: an upward include, an include that skips a floor, an undeclared upward call, an include that climbs and a route
# without a policy row are each refused.
set -u
cd "$(dirname "$0")/.."
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$work" 2>/dev/null
cd "$work" && git init -q . && git add -A >/dev/null 2>&1

refused() { # name, file, text, command
  cp "$2" saved && printf '%s\n' "$3" >>"$2"
  if eval "$4" >log 2>&1; then echo "FAILED $1: was accepted"; failed=$((failed + 1)); else echo "ok $1"; passed=$((passed + 1)); fi
  cp saved "$2"
}

meson setup b -Drooms_only=true >/dev/null && ninja -C b closed_base closed_store >/dev/null || { echo 'the untouched copy does not build'; exit 1; }
passed=$((passed + 1))
build='ninja -C b closed_base closed_store'
refused 'upward include' src/base/err.c '#include "store/store.h"' "$build"
refused 'include from the root' src/base/err.c '#include "src/store/store.h"' "$build"
refused 'upward call' src/base/err.c 'int store_version_x(void); const char *store_version(void); int store_version_x(void) { return store_version() != NULL; }' "$build"
refused 'include that climbs' src/base/err.c '#include "../store/store.h"' 'tools/check_source.sh'
row='const Route more[] = {ROUTE(GET, "/more", ACT_PUBLIC, RUN_READ, get_health, "More")};'
cp src/api/routes.c kept && printf '%s\n' "$row" >>src/api/routes.c
if ninja -C b closed_api >log 2>&1; then passed=$((passed + 1)); else echo 'FAILED a route with its policy is refused'; failed=$((failed + 1)); fi
cp kept src/api/routes.c
refused 'route without a policy row' src/api/routes.c "${row/ACT_PUBLIC, /}" 'ninja -C b closed_api'
refused 'room that uses a higher one' meson.build "x = room_dep['never']" 'meson setup c -Drooms_only=true'
echo "$passed passed, $failed failed"
[ $failed = 0 ]
