#!/usr/bin/env bash
# What the compiler cannot see: includes that climb, functions that we do not use, SQL with formatted values, writable globals.
set -u
cd "$(dirname "$0")/.."
bad=0
fail() { echo "check_source: $1"; bad=1; }
code=$(git ls-files 'src/*.c' 'src/*.h'; git ls-files -o --exclude-standard 'src/*.c' 'src/*.h')
grep -nE '#include "\.\.' $code && fail 'include paths do not climb: name the room'
grep -nE '\b(sprintf|strcpy|strcat|strtok|atoi|atol|gets|localtime|gmtime|system|popen)\(' $code && fail 'banned function'
grep -nE '\b(malloc|calloc|realloc|free)\(' $(echo "$code" | grep -vE 'src/base/arena.c|_test.c|_fuzz.c') && fail 'memory comes from an arena (handles: arena_defer)'
# record/ derives SQL from the names in const field tables; everywhere else a literal has no hole at all.
grep -nE '"(SELECT|INSERT|UPDATE|DELETE)[^"]*%[0-9.*]*[sdlu]' $(echo "$code" | grep -vE 'src/record/|_test.c') && fail 'values are bound, never formatted into SQL'
for f in $code; do head -1 "$f" | grep -q '^/\*' || fail "$f: a sign on the door (first line is a comment)"; done
# Pages that know a domain resource live in web/src/domain; the rest of the front end is drawn from meta.
paths=$(grep -rohE '\.path = "[^"]+"' src/domain | cut -d'"' -f2 | paste -sd'|')
grep -rnE "['\"\`/]($paths)['\"\`/?]" web/src --include='*.ts' --include='*.tsx' | grep -v '^web/src/domain/' && fail 'a resource path outside web/src/domain'
exit $bad
