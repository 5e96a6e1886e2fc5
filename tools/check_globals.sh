#!/usr/bin/env bash
# No writable globals: every object of the program may only have read-only data. Usage: check_globals.sh BUILD_DIR
set -u
found=$(find "$1" -name '*.o' -path '*lib*.a.p*' -exec objdump -t {} + 2>/dev/null |
  awk '$3 == "O" && ($4 ~ /^\.(data|bss)/ && $4 !~ /rel\.ro/) && $NF !~ /^__(asan|sanitizer|odr)/ {print $NF}' |
  grep -vE '^(\.L|\*\.L|completed|__)' || true)
[ -z "$found" ] && exit 0
echo "check_globals: writable globals:" $found
exit 1
