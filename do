#!/usr/bin/env bash
# The one script: ./do run | build | test | walk | fuzz [SECONDS] | campaign [SECONDS|short] | conformance [SECONDS] | bench [ROW] | battery [crush] | fmt | deps
# Fresh Debian 12 (proved), 13 and Ubuntu 24.04 (untried), as root or with sudo.
set -euo pipefail
cd "$(dirname "$0")"

BUILD_PACKAGES="gcc libc6-dev make pkgconf ninja-build meson ccache git ca-certificates python3
  libjansson-dev libutf8proc-dev libsodium-dev libsqlite3-dev libpq-dev libevent-dev libssl-dev libxlsxwriter-dev
  libminizip-dev libexpat1-dev liboath-dev zlib1g-dev libcurl4-openssl-dev libpango1.0-dev fonts-morisawa-bizud-gothic libcmocka-dev"
TEST_PACKAGES="faketime postgresql postgresql-client nginx chromium fonts-noto-cjk clang llvm libclang-rt-14-dev binutils curl poppler-utils qpdf"

say() { echo "== $*" >&2; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing() { # prints those packages that are not installed
  for p in "$@"; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || echo "$p"
  done
}

install_packages() {
  local need
  need=$(missing "$@")
  [ -n "$need" ] || return 0
  say "installing packages:" $need
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need >/dev/null
}

# npm with its waiting bounded: it would retry for minutes without a word. It trusts what the system trusts.
npm_fetch() {
  NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt} timeout 240 npm "$@" --loglevel=error \
    --no-audit --no-fund --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 --fetch-timeout=30000 && return 0
  say "npm could not fetch: is the npm registry reachable from here? behind a proxy set https_proxy, and put its certificate" \
    "into /usr/local/share/ca-certificates and run update-ca-certificates"
  return 1
}

node_is_new() { # Vite needs 20.19 or newer
  command -v node >/dev/null && node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)'
}

need_node() {
  local package
  package=node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
  export PATH="$PWD/.node/node_modules/$package/bin:$PATH"
  if ! command -v npm >/dev/null; then install_packages nodejs npm; fi
  node_is_new && return 0
  say "the system's node is too old for the front end: fetching node 22 into .node"
  npm_fetch install --no-save --prefix .node "$package@22"
  hash -r
  node_is_new || { say "install node 20.19 or newer, and run again" && return 1; }
}

build_web() { # until there is a front end the program shows a plain page
  [ -f web/package.json ] || return 0
  need_node
  local stamp
  stamp=$(cat web/package-lock.json web/package.json | sha256sum | cut -d' ' -f1)
  if [ "$(cat web/node_modules/.stamp 2>/dev/null)" != "$stamp" ]; then
    say "fetching the front end's packages"
    (cd web && npm_fetch ci)
    echo "$stamp" >web/node_modules/.stamp
  fi
  say "building the front end"
  (cd web && npm run --silent build)
}

configure() { # folder, options…
  local dir=$1
  shift
  if [ -f "$dir/build.ninja" ]; then meson configure "$dir" "$@" >/dev/null; else meson setup "$dir" "$@" >/dev/null; fi
}

build() { # targets; none: all
  install_packages $BUILD_PACKAGES
  build_web
  tools/check_source.sh
  say "building the program"
  configure build -Dbuildtype=release -Dweb="$([ -d web/dist ] && echo "$PWD/web/dist")"
  ninja -C build --quiet "$@"
}

run() {
  build kaname
  local db=${KANAME_DB:-kaname.db}
  if [ ! -f "$db" ]; then
    ./build/kaname init --db "$db" --name "要市" --sample jp-city | grep -v "link=" # a fresh one follows
  fi
  ./build/kaname user link --db "$db" --user admin --listen "${KANAME_LISTEN:-127.0.0.1:8080}"
  exec ./build/kaname serve --db "$db" --listen "${KANAME_LISTEN:-127.0.0.1:8080}"
}

conformance() { # seconds
  install_packages $BUILD_PACKAGES python3-venv
  build kaname
  if ! [ -x .venv/bin/schemathesis ]; then
    say "fetching the conformance suites from PyPI into .venv"
    python3 -m venv .venv
    if ! timeout 300 .venv/bin/pip install -q --retries 1 --timeout 20 openapi-spec-validator schemathesis; then
      echo "SKIPPED: conformance suites: PyPI is out of reach"
      return 0
    fi
  fi
  .venv/bin/python tests/conformance/run.py "$1"
}

fmt() {
  install_packages clang-format
  git ls-files 'src/*.c' 'src/*.h' | xargs clang-format -i
}

case "${1:-help}" in
deps) install_packages $BUILD_PACKAGES ;;
build) build ;;
run) run ;;
test) # one command a line: within && the shell would not stop at a failure inside a function
  install_packages $BUILD_PACKAGES $TEST_PACKAGES
  build kaname
  tests/run.sh
  ;;
fuzz)
  install_packages $BUILD_PACKAGES $TEST_PACKAGES
  tests/fuzz.sh "${2:-30}"
  ;;
campaign) # SECONDS or "short"; without: all, for an hour and more
  install_packages $BUILD_PACKAGES $TEST_PACKAGES
  build
  case "${2:-}" in short) tests/campaign.sh 120 ;; *) tests/campaign.sh ${2:-} ;; esac
  ;;
walk) # every page in both languages; a large register
  install_packages $BUILD_PACKAGES $TEST_PACKAGES
  build
  for t in pages large; do say "tests/browser/$t.mjs in Chromium"; node "tests/browser/$t.mjs"; done
  ;;
conformance) conformance "${2:-120}" ;;
bench)
  install_packages $BUILD_PACKAGES
  build kaname
  python3 bench/run.py "${@:2}"
  ;;
battery) # statistical tests of the generator; TestU01 is not installed by this (non-free): it says what to install
  install_packages $BUILD_PACKAGES
  build
  python3 bench/battery.py "${@:2}"
  ;;
fmt) fmt ;;
*) sed -n '2,3p' "$0" | cut -c3- ;;
esac
