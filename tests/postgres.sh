# Starts a PostgreSQL server from Debian's packages on a free port of loopback; sets KANAME_PG. Sourced.
pg_start() {
  PG_BIN=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  PG_DIR=$(mktemp -d)
  local port
  port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
  if [ "$(id -u)" = 0 ]; then chown postgres "$PG_DIR"; PG_AS="runuser -u postgres --"; else PG_AS=; fi
  (cd /tmp && $PG_AS "$PG_BIN/initdb" -D "$PG_DIR/data" -A trust -U kaname --locale=C.UTF-8 >/dev/null &&
    $PG_AS "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -w -l "$PG_DIR/log" -o "-p $port -c listen_addresses=127.0.0.1 -k $PG_DIR" start >/dev/null)
  export KANAME_PG="postgresql://kaname@127.0.0.1:$port/postgres"
}
pg_stop() { (cd /tmp && $PG_AS "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -m immediate stop >/dev/null 2>&1) || true; rm -rf "$PG_DIR"; }
