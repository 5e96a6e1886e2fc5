#!/usr/bin/env bash
# Every fuzz target for a while (seconds each), with sanitizers. First the seeds and mended crashes in tests/fuzz/TARGET, then new inputs; a crash is kept in
# build-fuzz/crashes: mend it and copy it to tests/fuzz/TARGET.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f build-fuzz/build.ninja ] || CC="ccache clang" meson setup build-fuzz -Dfuzz=true -Drooms_only=true -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
ninja -C build-fuzz --quiet build.ninja # reads the rooms again: new targets are listed too
targets=$(ninja -C build-fuzz -t targets all | sed -n 's/^\(fuzz_[a-z_]*\): .*LINKER.*/\1/p')
ninja -C build-fuzz --quiet $targets
mkdir -p build-fuzz/crashes
one() { # seconds, target; what it printed stands together
  local rc=0 said
  mkdir -p "build-fuzz/corpus-$2" "tests/fuzz/$2"
  said=$("build-fuzz/$2" -max_total_time="$1" -rss_limit_mb=1024 -timeout=10 -artifact_prefix=build-fuzz/crashes/ "build-fuzz/corpus-$2" "tests/fuzz/$2" 2>&1) || rc=$?
  if [ $rc = 0 ]; then said=$(tail -2 <<<"$said"); else said=$(tail -60 <<<"$said")$'\n'"FAILED $2, exit code $rc"; fi
  printf '== %s\n%s\n' "$2" "$said"
  return $rc
}
export -f one
printf '%s\n' $targets | xargs -n 1 -P "$(nproc)" bash -c 'one "$0" "$1"' "$1"
echo "$(wc -w <<<"$targets") passed, 0 failed"
