#!/usr/bin/env bash
# Every fuzz target for a while (seconds each), with sanitizers. First the seeds and mended crashes in tests/fuzz/TARGET, then new inputs; a crash is kept in
# build-fuzz/crashes: mend it and copy it to tests/fuzz/TARGET.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f build-fuzz/build.ninja ] || CC="ccache clang" meson setup build-fuzz -Dfuzz=true -Drooms_only=true -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
targets=$(ninja -C build-fuzz -t targets all | sed -n 's/^\(fuzz_[a-z_]*\): .*LINKER.*/\1/p')
ninja -C build-fuzz --quiet $targets
mkdir -p build-fuzz/crashes
count=0
for t in $targets; do
  echo "== $t"
  mkdir -p "build-fuzz/corpus-$t" "tests/fuzz/$t"
  "build-fuzz/$t" -max_total_time="$1" -rss_limit_mb=1024 -timeout=10 -artifact_prefix=build-fuzz/crashes/ "build-fuzz/corpus-$t" "tests/fuzz/$t" 2>&1 | tail -2
  count=$((count + 1))
done
echo "$count passed, 0 failed"
