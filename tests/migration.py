#!/usr/bin/env python3
"""Data that an earlier program made (tests/old: the state of commit 225b5c5, with its test key) opens and stays whole; data of a newer
program is refused and not altered. SQLite and PostgreSQL."""
import gzip, hashlib, json, os, shutil, sqlite3, subprocess, tempfile, uuid

from kaname import Checks, PROGRAM, ROOT, free_port

check = Checks()
OLD = os.path.join(ROOT, "tests", "old")
OLD_COUNT = {"assets": 4, "units": 1, "suppliers": 1, "services": 1, "risks": 1, "issues": 1, "plans": 1}


def run(k, *words):
    return subprocess.run([PROGRAM, *words, "--db", k.db, "--json"], capture_output=True, text=True, cwd=k.dir, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8"})


class Old:
    """The old data, put where a program finds it."""
    def __init__(self, postgres):
        self.dir = tempfile.mkdtemp(prefix="kaname-old-")
        self.postgres = postgres
        self.db = os.path.join(self.dir, "data.db")
        base = "postgres" if postgres else "data.db"
        for tail in ("key", "mark"):
            to = os.path.join(self.dir, f"kaname-postgres.{tail}" if postgres else f"data.db.{tail}")
            shutil.copyfile(os.path.join(OLD, f"{base}.{tail}"), to)
            os.chmod(to, 0o600)
        if not postgres:
            with gzip.open(os.path.join(OLD, "data.db.gz")) as f, open(self.db, "wb") as to:
                to.write(f.read())
            return
        name = "t" + uuid.uuid4().hex
        subprocess.run(["psql", postgres, "-qc", f"CREATE DATABASE {name} TEMPLATE template0"], check=True)
        self.db = postgres.rsplit("/", 1)[0] + "/" + name
        with gzip.open(os.path.join(OLD, "postgres.sql.gz")) as f:
            subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", self.db], input=f.read(), stdout=subprocess.DEVNULL, check=True)

    def sql(self, statement):
        if self.postgres:
            subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", self.db, "-c", statement], check=True)
            return
        with sqlite3.connect(self.db) as db:
            db.execute(statement)
        db.close()

    def state(self):
        """Everything that the database says, for "not altered"."""
        if self.postgres:
            dump = subprocess.run(["pg_dump", "--inserts", self.db], capture_output=True, check=True, text=True).stdout
            return [line for line in dump.splitlines() if "restrict" not in line]
        with open(self.db, "rb") as f:
            return hashlib.sha256(f.read()).hexdigest()

    def close(self):
        shutil.rmtree(self.dir)


def old_opens(postgres):
    k = Old(postgres)
    before = k.state()
    for words in (["audit", "verify"], ["export", "assets", "--to", "x.csv"]):
        r = run(k, *words)
        check.that(r.returncode == 5 and "earlier" in r.stderr, "what only reads says that the data is of an earlier version: " + words[0], r.stderr)
    check.that(k.state() == before, "and changes nothing")
    if not postgres:
        r = run(k, "backup", "--to", "copy.db")
        check.that(r.returncode == 0 and os.path.exists(os.path.join(k.dir, "copy.db")), "old data can be backed up before", r.stderr)
        k.db = os.path.join(k.dir, "back.db")
        r = run(k, "restore", "--from", "copy.db", "--key", "data.db.key")
        check.that(r.returncode == 0 and json.loads(r.stdout)["continued"] == 1, "and restored, which brings it to this version", r.stdout + r.stderr)
        check.that(run(k, "audit", "verify").returncode == 0, "it verifies")
        k.db = os.path.join(k.dir, "data.db")
    r = run(k, "token", "create", "--user", "mukashi")
    check.that(r.returncode == 0, "the first command that changes brings it to this version", r.stderr)
    r = run(k, "audit", "verify")
    check.that(r.returncode == 0 and json.loads(r.stdout)["findings"] == 0 and json.loads(r.stdout)["versions"] == 13, "the old history verifies", r.stdout + r.stderr)
    with open(os.path.join(k.dir, "more.csv"), "w", encoding="utf-8") as f:
        f.write("資産名,種類\n新しい装置,機器\n装置1,機器\n")
    r = run(k, "import", "more.csv")
    check.that(r.returncode == 0 and json.loads(r.stdout)["created"] == 1, "old records are found by name and changed", r.stdout + r.stderr)
    for register, n in OLD_COUNT.items():
        r = run(k, "export", register, "--to", register + ".csv")
        wanted = n + (register == "assets")
        check.that(r.returncode == 0 and json.loads(r.stdout)["records"] == wanted, f"all {register} are there", (wanted, r.stdout, r.stderr))
    r = run(k, "audit", "verify")
    check.that(r.returncode == 0, "old and new history verify", r.stdout + r.stderr)
    k.close()


def newer_is_refused(postgres, what, statement):
    k = Old(postgres)
    check.that(run(k, "token", "create", "--user", "mukashi").returncode == 0, "migrated")
    k.sql(statement)
    before, files = k.state(), sorted(os.listdir(k.dir))
    for words in (["token", "create", "--user", "mukashi"], ["serve", "--listen", f"127.0.0.1:{free_port()}"], ["audit", "verify"], ["export", "assets", "--to", "x.csv"],
                  ["import", "/dev/null"], ["init"]) + (() if postgres else (["backup", "--to", "copy.db"],)):
        r = run(k, *words)
        check.that(r.returncode == 5 and "newer" in r.stderr and not r.stdout, f"{what}: {words[0]} refuses it", (r.returncode, r.stdout, r.stderr))
    check.that(k.state() == before, f"{what}: nothing was altered")
    check.that([f for f in sorted(os.listdir(k.dir)) if f.split(".")[-1] not in ("db-shm", "db-wal", "lock")] == [f for f in files if f.split(".")[-1] not in ("db-shm", "db-wal", "lock")],
               f"{what}: no file was made", os.listdir(k.dir))
    k.close()


def not_ours():
    d = tempfile.mkdtemp()
    path = os.path.join(d, "other.db")
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE r_asset (a)")
    db.close()
    for words in (["serve"], ["user", "list"], ["audit", "verify"], ["backup", "--to", os.path.join(d, "c")]):
        r = subprocess.run([PROGRAM, *words, "--db", path], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
        check.that(r.returncode == 2 and "not data of kaname" in r.stderr, "somebody else's SQLite file: " + words[0], (r.returncode, r.stderr))
    with open(os.path.join(d, "text"), "w") as f:
        f.write("hello " * 1000)
    r = subprocess.run([PROGRAM, "user", "list", "--db", f.name], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    check.that(r.returncode == 70 and "not a data file" in r.stderr, "no SQLite file at all", (r.returncode, r.stderr))
    shutil.rmtree(d)


def all_of(postgres):
    old_opens(postgres)
    newer_is_refused(postgres, "a migration that we do not know", "INSERT INTO kaname_schema (name, at) VALUES ('work/999', 0)")
    newer_is_refused(postgres, "a field that we do not know", "ALTER TABLE r_asset ADD COLUMN f_radiation INTEGER" if not postgres else "ALTER TABLE r_asset ADD COLUMN f_radiation BIGINT")
    newer_is_refused(postgres, "a list that we do not know", "CREATE TABLE c_plan_ghosts (parent INTEGER PRIMARY KEY)")


all_of(None)
not_ours()
if os.environ.get("KANAME_PG"):
    all_of(os.environ["KANAME_PG"])
check.end()
