#!/usr/bin/env python3
"""backup and restore: a copy taken while the server writes comes back whole; what is not right is refused and leaves nothing; the history goes on under its
origin only when nothing signed is lost; the copy carries no secret."""
import json, os, shutil, sqlite3, subprocess, threading

from kaname import Checks, Kaname, PROGRAM, free_port

check = Checks()


def run(k, *words, db=None):
    return subprocess.run([PROGRAM, *words, "--db", db or k.db, "--json"], capture_output=True, text=True, cwd=k.dir, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8"})


def good(r, what):
    check.that(r.returncode == 0, what, r.stderr)
    return json.loads(r.stdout or "{}")


def kind(r):
    return r.returncode, json.loads(r.stderr.strip().splitlines()[-1])["kind"]


def path(k, name):
    return os.path.join(k.dir, name)


def add(k, token, name):
    a = k.call("POST", k.at("assets"), {"name": name, "kind": "system"}, token)
    assert a.status == 201, a.body
    return a.json["id"]


def origins(db):
    with sqlite3.connect(db) as c:
        rows = c.execute("SELECT origin, size FROM log ORDER BY org").fetchall()
    c.close()
    return rows


def files(k, name):
    return sorted(f for f in os.listdir(k.dir) if f.startswith(name) and not f.endswith(".lock"))


def wears(k, restored, names, token):
    """The restored data serves, verifies, and still has what was there; old sessions are nobody's, tokens still somebody's."""
    port, server = free_port(), None
    try:
        server = subprocess.Popen([PROGRAM, "serve", "--db", restored, "--listen", f"127.0.0.1:{port}"], cwd=k.dir, stdout=subprocess.PIPE, text=True)
        server.stdout.readline()
        k.port, before = port, k.port
        there = {a["name"] for a in k.call("GET", k.at("assets"), token=token).json["items"]}
        check.that(set(names) <= there, "what was there before the backup is there", names)
        add(k, token, "後から")
        k.port = before
        good(run(k, "audit", "verify", db=restored), "the restored history verifies while it grows")
    finally:
        server.terminate()
        check.that(server.wait(20) == 0, "the server on restored data ends in order")


def copies_while_writing(k, token):
    """Ten backups under four writing clients: each is whole."""
    stop = threading.Event()

    def write(n):
        i = 0
        while not stop.is_set():
            add(k, token, f"並行{n}-{i}")
            i += 1
    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    [t.start() for t in threads]
    sizes = []
    for i in range(10):
        good(run(k, "backup", "--to", f"busy{i}"), "backup under load")
        r = good(run(k, "restore", "--from", f"busy{i}", "--key", "data.db.key", db=f"back{i}.db"), "restore of it")
        sizes.append(r["leaves"])
    stop.set()
    [t.join() for t in threads]
    check.that(sizes == sorted(sizes) and sizes[0] < sizes[-1], "each holds a later state", sizes)
    for f in os.listdir(k.dir):
        if f.startswith(("busy", "back")):
            os.remove(path(k, f))


def the_copy_is_only_data(k):
    good(run(k, "backup", "--to", "copy"), "backup")
    check.that(files(k, "copy") == ["copy"] and os.stat(path(k, "copy")).st_mode & 0o777 == 0o600, "one file, for its owner alone", files(k, "copy"))
    with open(path(k, "copy"), "rb") as f, open(path(k, "data.db.key")) as key:
        data = f.read()
        check.that(key.read().strip().split("+")[-1].encode() not in data, "no signing key in it")
    check.that(kind(run(k, "backup", "--to", "copy")) == (5, "conflict"), "never over an existing file")
    with open(path(k, "copy"), "rb") as f:
        check.that(f.read() == data, "which stays as it was")
    for to in ("none/copy", "/proc/copy"):
        check.that(kind(run(k, "backup", "--to", to))[0] == 2, "a place that cannot be written: " + to)
    check.that(files(k, "copy") == ["copy"], "nothing is left of them", files(k, "copy"))


def refusals(k):
    def refused(what, wanted, *words, db="new.db"):
        r = run(k, "restore", *words, db=db)
        check.that(kind(r) == wanted and not r.stdout, "refused: " + what, (r.returncode, r.stderr))
        if db == "new.db":
            check.that(files(k, "new.db") == [], "and nothing is left: " + what, files(k, "new.db"))
    before = {f: open(path(k, f), "rb").read() for f in ("data.db", "data.db.key", "data.db.mark")}
    refused("the data file is there", (5, "conflict"), "--from", "copy", db=k.db)
    check.that(before == {f: open(path(k, f), "rb").read() for f in before}, "which stays as it was")
    refused("no --from", (2, "invalid"))
    refused("no such copy", (3, "not-found"), "--from", "nothing")
    refused("no data of kaname", (2, "invalid"), "--from", "data.db.mark")
    refused("a folder", (2, "invalid"), "--from", k.dir)
    refused("a live data file", (2, "invalid"), "--from", "data.db")
    refused("no such key", (3, "not-found"), "--from", "copy", "--key", "none.key")
    shutil.copy(path(k, "copy"), path(k, "torn"))
    os.truncate(path(k, "torn"), os.path.getsize(path(k, "torn")) * 2 // 3)
    refused("a copy cut short", (70, "broken"), "--from", "torn", "--key", "data.db.key")
    altered(k, "UPDATE version SET doc = replace(doc, 'name', 'nome')")
    refused("an altered version", (5, "conflict"), "--from", "altered", "--key", "data.db.key")
    altered(k, "UPDATE r_asset SET f_name = 'X' WHERE number = 1")
    refused("an altered record, without the key", (5, "conflict"), "--from", "altered")
    altered(k, "DELETE FROM log_leaf WHERE idx = (SELECT max(idx) FROM log_leaf)")
    refused("a cut history", (5, "conflict"), "--from", "altered", "--key", "data.db.key")
    altered(k, "INSERT INTO kaname_schema (name, at) VALUES ('work/999', 0)")
    refused("a copy of a newer program", (5, "conflict"), "--from", "altered", "--key", "data.db.key")
    other = subprocess.run([PROGRAM, "init", "--db", "other.db"], cwd=k.dir, capture_output=True, text=True)
    refused("another key", (5, "conflict"), "--from", "copy", "--key", "other.db.key")
    refused("another verifier key", (5, "conflict"), "--from", "copy", "--verifier", other.stdout.split("verifier key ")[1].split()[0])
    refused("no verifier key", (2, "invalid"), "--from", "copy", "--verifier", "hello")
    shutil.copy(path(k, "other.db.key"), path(k, "mine.db.key"))
    refused("two keys", (5, "conflict"), "--from", "copy", "--key", "data.db.key", db="mine.db")
    os.remove(path(k, "mine.db.key"))


def altered(k, statement):
    shutil.copy(path(k, "copy"), path(k, "altered"))
    with sqlite3.connect(path(k, "altered")) as c:
        assert c.execute(statement).rowcount > 0
    c.close()


def ways_back(k, token, names):
    # nothing happened after the backup, key and marks are there: the same history goes on
    r = good(run(k, "restore", "--from", "copy", "--key", "data.db.key", db="same.db"), "key and marks")
    check.that((r["continued"], r["new_origins"], r["lost"], r["signature_checked"], r["new_key"]) == (1, 0, 0, True, False) and r["verifier_key"] == k.key, "the same origin, the same key", r)
    check.that(origins(path(k, "same.db"))[0][0] == origins(k.db)[0][0], "the same origin in the data")
    check.that(files(k, "same.db") == ["same.db", "same.db.key", "same.db.mark"], "three files", files(k, "same.db"))
    wears(k, "same.db", names, token)
    # the key alone: whether something was signed later cannot be known
    os.makedirs(path(k, "safe"))
    shutil.copy(path(k, "data.db.key"), path(k, "safe/kaname.key"))
    r = good(run(k, "restore", "--from", "copy", "--key", "safe/kaname.key", db="keyed.db"), "the key alone")
    check.that((r["continued"], r["new_origins"], r["signature_checked"], r["verifier_key"]) == (0, 1, True, k.key), "a new origin, the same key", r)
    wears(k, "keyed.db", names, token)
    # neither
    r = good(run(k, "restore", "--from", "copy", db="bare.db"), "without the key")
    check.that((r["new_origins"], r["signature_checked"], r["new_key"]) == (1, False, True) and r["verifier_key"] != k.key, "a new origin, a new key, and it says what it could not check", r)
    wears(k, "bare.db", names, token)
    r = good(run(k, "restore", "--from", "copy", "--verifier", k.key, db="public.db"), "without the key, with the verifier key")
    check.that((r["new_origins"], r["signature_checked"], r["new_key"]) == (1, True, True), "signatures are checked with the verifier key", r)


def disaster(k, token, names):
    """The data file is gone; key and marks still stand in its place, and something was signed after the backup."""
    receipt = k.call("GET", k.at("assets/" + names["毀れる前"] + "/receipt"), token=token)
    session = k.call("POST", "/api/login/link", {"secret": k.link})
    cookie = {"Cookie": session.headers["set-cookie"].split(";")[0]}
    check.status(k.call("GET", "/api/session", headers=cookie), 200, "a session")
    good(run(k, "backup", "--to", "copy2"), "a backup with that session in it")
    later = add(k, token, "バックアップの後")
    k.stop()
    with open(path(k, "receipt.txt"), "wb") as f:
        f.write(receipt.body)
    for tail in ("", "-wal", "-shm"):
        if os.path.exists(k.db + tail):
            os.remove(k.db + tail)
    r = good(run(k, "restore", "--from", "copy2"), "in place")
    check.that((r["continued"], r["new_origins"], r["lost"], r["new_key"]) == (0, 1, 1, False) and r["verifier_key"] == k.key, "one entry is lost, and said so; a new origin", r)
    k.start()
    check.status(k.call("GET", "/api/session", headers=cookie), 401, "sessions of a copy are nobody's")
    check.that(k.call("GET", k.at("assets/" + later), token=token).status == 404, "what came after the backup is not there")
    check.that(k.call("GET", k.at("assets/" + names["毀れる前"]), token=token).status == 200, "what came before is")
    actions = [e["action"] for e in k.call("GET", k.at("log"), token=token).json["leaves"]]
    check.that(actions[0] == "log.origin", "the history says so", actions[:3])
    done = subprocess.run([PROGRAM, "receipt", "verify", "receipt.txt", "--key", k.key], cwd=k.dir, capture_output=True)
    check.that(receipt.status == 200 and done.returncode == 0, "an earlier receipt still verifies", done.stderr)
    good(run(k, "audit", "verify"), "audit")


def on_sqlite():
    k = Kaname()
    token = k.user("ciso1", "ciso")
    k.start()
    names = {n: add(k, token, n) for n in ("毀れる前", "ポンプ")}
    copies_while_writing(k, token)
    the_copy_is_only_data(k)
    refusals(k)
    ways_back(k, token, names)
    disaster(k, token, names)
    k.close()


def on_postgres(url):
    k = Kaname(url)
    for words in (["backup", "--to", "copy"], ["restore", "--from", "copy"]):
        r = run(k, *words)
        check.that(kind(r) == (2, "method") and "pg_" in r.stderr, "PostgreSQL names its own tool: " + words[0], r.stderr)
    token = k.user("ciso1", "ciso")
    k.start()
    wanted = add(k, token, "保存")
    copy = path(k, "copy.pg")
    subprocess.run(["pg_dump", "--format=custom", "--file=" + copy, k.db], check=True)
    server = k.db.rsplit("/", 1)[0] + "/"

    def fresh(name):
        subprocess.run(["psql", url, "-qc", f"CREATE DATABASE {name} TEMPLATE template0"], check=True)
        subprocess.run(["pg_restore", "--no-owner", "--dbname=" + server + name, copy], check=True)
        return server + name
    stem = "r" + k.db.rsplit("/", 1)[1]
    check.that(run(k, "restore").returncode == 75, "not while the server runs")
    k.stop()
    k.db = fresh(stem + "a")
    r = good(run(k, "restore"), "key and marks, nothing signed after the dump")
    check.that((r["continued"], r["new_origins"], r["lost"]) == (1, 0, 0), "the same origin", r)
    k.start()
    later = add(k, token, "後から")
    k.stop()
    k.db = fresh(stem + "b")
    check.that(run(k, "serve", "--listen", f"127.0.0.1:{free_port()}").returncode == 5, "a dump that is older than the marks is not served")
    check.that(run(k, "audit", "verify").returncode == 5, "and found by audit verify")
    r = good(run(k, "restore"), "restore says so and goes on")
    check.that(r["new_origins"] == 1 and r["lost"] >= 1 and r["verifier_key"] == k.key, "a new origin, the same key", r)
    good(run(k, "audit", "verify"), "it verifies")
    k.start()
    check.that((k.call("GET", k.at("assets/" + wanted), token=token).status, k.call("GET", k.at("assets/" + later), token=token).status) == (200, 404), "and serves")
    add(k, token, "さらに")
    k.stop()
    good(run(k, "audit", "verify"), "it grows")
    k.db = fresh(stem + "c")
    subprocess.run(["psql", k.db, "-qc", "UPDATE r_asset SET f_name = 'X'"], check=True)
    before = {f: open(path(k, f), "rb").read() for f in ("kaname-postgres.key", "kaname-postgres.mark")}
    check.that(kind(run(k, "restore")) == (5, "conflict"), "an altered dump is refused")
    sizes = subprocess.run(["psql", k.db, "-tAc", "SELECT size, signed_size FROM log"], capture_output=True, text=True).stdout
    check.that(before == {f: open(path(k, f), "rb").read() for f in before} and len(set(sizes.strip().split("|"))) == 1, "key, marks and database stay as they were", sizes)
    for f in before:
        os.remove(path(k, f))
    k.db = fresh(stem + "d")
    r = good(run(k, "restore"), "without the key")
    check.that(r["new_key"] and not r["signature_checked"] and r["verifier_key"] != k.key, "a new key, and it says what it could not check", r)
    good(run(k, "audit", "verify"), "it verifies")
    k.close()


on_sqlite()
if os.environ.get("KANAME_PG"):
    on_postgres(os.environ["KANAME_PG"])
check.end()
