#!/usr/bin/env python3
"""Black box: the n-th open, write, sync or allocation of a job fails, once or from then on, for n = 1, 2, … until the job passes untouched.
The program must not crash; it answers an error, or a success that is really there after a restart; a change is never half there; sent again
with its key it is there exactly once; after an error of a sync nothing is acknowledged until a restart; the log verifies at the end.
tests/faults.py [--seconds 60] [--all] [--seed N] [--only create,login] [--db sqlite|postgresql://…]"""
import argparse, base64, ctypes, errno, http.client, json, mmap, os, random, resource, shutil, socket, sqlite3, struct, subprocess, sys, tempfile, time, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kaname
from kaname import Checks, Kaname, ROOT

check = Checks()
LAYOUT = "<iiiiqqq"
OPEN, WRITE, SYNC, ALLOC = 1, 2, 3, 4
NAMES = {OPEN: "open", WRITE: "write", SYNC: "sync", ALLOC: "memory"}
SHORT, KILL = 0, -1
# class, what happens, from then on?
MODES = [(OPEN, errno.EMFILE, 0), (OPEN, errno.EMFILE, 1), (WRITE, errno.ENOSPC, 0), (WRITE, errno.ENOSPC, 1), (WRITE, errno.EIO, 0), (WRITE, SHORT, 0),
         (SYNC, errno.EIO, 0), (SYNC, errno.EIO, 1), (ALLOC, errno.ENOMEM, 0), (ALLOC, errno.ENOMEM, 1)]


def library():
    build = os.path.dirname(kaname.PROGRAM)
    subprocess.run(["ninja", "-C", build, "--quiet", "libfaults.so"], check=True, stdout=subprocess.DEVNULL)
    return os.path.join(build, "libfaults.so")


class Faults:
    """The shared page. arm() before a job, disarm() after it: how many calls there were, how often it struck."""
    def __init__(self, folder):
        self.path = os.path.join(folder, "faults.control")
        with open(self.path, "wb") as f:
            f.write(bytes(4096))
        with open(self.path, "r+b") as f:
            self.page = mmap.mmap(f.fileno(), 4096)
        self.env = {**os.environ, "LD_PRELOAD": library(), "FAULTS_CONTROL": self.path, "FAULTS_DIR": folder, "LANG": "C", "ASAN_OPTIONS": "verify_asan_link_order=0:allocator_may_return_null=1"}

    def arm(self, call, action, sticky, n):
        self.page[:40] = struct.pack(LAYOUT, 0, action, sticky, 0, n, 0, 0)
        self.page[:4] = struct.pack("<i", call)

    def disarm(self):
        self.page[:4] = struct.pack("<i", 0)
        return struct.unpack(LAYOUT, self.page[:40])[5:]


class NoAnswer:
    """The connection was closed, or nothing came in time: the outcome is unknown."""
    status = 0

    def __init__(self, why):
        self.body = repr(why).encode()
        self.hung = isinstance(why, TimeoutError)


def reports(text):
    """Of a program that was built with sanitizers (KANAME_PROGRAM)."""
    return "Sanitizer" in text or "runtime error:" in text


class Server:
    """The real server with the library loaded. Restarted when it has gone or only reads; says in `gone` how it went."""
    def __init__(self, postgres):
        self.k = Kaname(postgres)
        self.token = self.k.user("clerk", "ciso,executive")
        self.faults, self.looked = Faults(self.k.dir), 0
        self.k.env = self.faults.env
        self.k.start()
        self.login()

    def login(self):
        a = self.k.call("POST", "/api/login/link", {"secret": self.k.link})
        head = {"Cookie": a.headers["set-cookie"].split(";")[0], "X-CSRF-Token": a.json["csrf"]}
        a = self.k.call("POST", "/api/account/password", {"new": PASSWORD}, headers=head)
        assert a.status == 200, a.body

    def ask(self, method, path, body=None, key=None, raw=None, **headers):
        head = {"Authorization": "Bearer " + self.token, "Accept-Language": "en", **headers, **({"Idempotency-Key": key} if key else {})}
        try:
            return self.k.call(method, path, body, headers=head, raw=raw)
        except (OSError, http.client.HTTPException) as why:
            return NoAnswer(why)

    def said(self):
        """What it wrote since the last look."""
        with open(os.path.join(self.k.dir, "server.log"), errors="replace") as f:
            f.seek(self.looked)
            text = f.read()
            self.looked = f.tell()
        return text

    def alive(self):
        return self.k.process.poll() is None

    def restart(self):
        self.faults.disarm()
        if self.alive():
            self.k.kill()
        self.k.start()


PASSWORD = "a long enough password"


def short(a):
    try:
        return a.status, a.json["detail"]
    except Exception:
        return a.status, a.body[:120]


# --- jobs over HTTP: send() once or again with the same key; there() how often its result is there, 1 is right ----------------


class Create:
    syncs = 2  # before the answer: commit, marks. Later ones are of jobs that run by themselves

    def __init__(self, s):
        self.s, self.name, self.key = s, uuid.uuid4().hex, uuid.uuid4().hex

    def send(self):
        return self.s.ask("POST", self.s.k.at("assets"), {"name": self.name, "kind": "system"}, self.key)

    def there(self):
        return self.s.ask("GET", self.s.k.at("assets") + "?q=" + self.name).json["total"]

    def whole(self, a):
        return a.status == 201 and a.json["name"] == self.name


class Approve(Create):
    """A criteria set, made and submitted beforehand, is approved: there once means approved in version 3."""
    def __init__(self, s):
        super().__init__(s)
        three = [{"level": i, "name": f"段階{i}", "description": "目安"} for i in (1, 2, 3)]
        cells = [{"impact": i, "likelihood": l, "level": max(i, l), "accepted": max(i, l) == 1} for i in (1, 2, 3) for l in (1, 2, 3)]
        a = s.ask("POST", s.k.at("criteria-sets"), {"title": self.name, "impacts": three, "likelihoods": three, "cells": cells}, uuid.uuid4().hex)
        assert a.status == 201, a.body
        self.path = s.k.at("criteria-sets/" + a.json["id"])
        a = s.ask("POST", self.path + "/submit", {}, uuid.uuid4().hex, **{"If-Match": '"1"'})
        assert a.status == 200, a.body

    def send(self):
        return self.s.ask("POST", self.path + "/approve", {"post": "庁議", "minutes": "第1号", "date": "2026-01-01"}, self.key, **{"If-Match": '"2"'})

    def there(self):
        r = self.s.ask("GET", self.path).json
        assert (r["state"], r["version"]) in (("submitted", 2), ("approved", 3)), r
        return r["version"] - 2

    def whole(self, a):
        return a.status == 200 and a.json["state"] == "approved" and a.json["version"] == 3


def workbook(folder, names):
    """The sample's own workbook has hundreds of rows; three of ours through the program's export keep its shape: an XLSX of our own making."""
    import zipfile
    path = os.path.join(folder, names[0] + ".xlsx")
    cell = lambda t: f'<c t="inlineStr"><is><t>{t}</t></is></c>'
    rows = "".join(f"<row>{''.join(map(cell, r))}</row>" for r in [("資産名", "種類")] + [(n, "情報システム") for n in names])
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>')
        z.writestr("_rels/.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{rel}"><sheets><sheet name="資産" sheetId="1" r:id="r1"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        z.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>")
    with open(path, "rb") as f:
        return path, f.read()


class Import(Create):
    """Three rows, all or none."""
    def __init__(self, s):
        super().__init__(s)
        self.names = [f"{self.name}-{i}" for i in range(3)]
        self.file = base64.b64encode(workbook(s.k.dir, self.names)[1]).decode()

    def send(self):
        return self.s.ask("POST", self.s.k.at("import"), {"name": "assets.xlsx", "file": self.file}, self.key)

    def there(self):
        n = super().there()
        assert n % 3 == 0, f"{n} of 3 rows"
        return n // 3

    def whole(self, a):
        return a.status == 200 and a.json["created"] == 3


class Attach(Create):
    """The only piece of a file, announced beforehand."""
    def __init__(self, s):
        super().__init__(s)
        unit = s.ask("POST", s.k.at("units"), {"name": self.name}, uuid.uuid4().hex).json["id"]
        self.data = b"%PDF-1.7\n" + random.randbytes(100_000)
        self.path = s.k.at(f"units/{unit}/files")
        self.path += "/" + s.ask("POST", self.path, {"name": "a.pdf", "size": len(self.data)}, uuid.uuid4().hex).json["id"]

    def send(self):
        return self.s.ask("PUT", self.path + "?at=0", key=self.key, raw=self.data, **{"Content-Type": "application/octet-stream"})

    def there(self):
        a = self.s.ask("GET", self.path)
        assert a.status == 404 or a.body == self.data, short(a)
        return int(a.status == 200)

    def whole(self, a):
        return a.status == 201 and a.json["size"] == len(self.data)


class Login(Create):
    """The right password: a cookie that works, also after a restart; never the answer of a wrong one."""
    cookie, syncs = None, 1  # no leaf in the log

    def send(self):
        a = self.s.ask("POST", "/api/login", {"login": "admin", "password": PASSWORD}, self.key)
        if self.whole(a):
            self.cookie = a.headers["set-cookie"].split(";")[0]
            self.s.logins += 1
        return a

    def there(self):
        try:
            return int(self.s.k.call("GET", "/api/session", headers={"Cookie": self.cookie}).status == 200) if self.cookie else 0
        except (OSError, http.client.HTTPException):
            return 0

    def whole(self, a):
        return a.status == 200 and "set-cookie" in a.headers


JOBS = {"create": Create, "approve": Approve, "import": Import, "attach": Attach, "login": Login}


def say(job, mode, n):
    return f"{job}:{mode[0]}:{mode[1]}:{mode[2]}:{n} ({NAMES[mode[0]]} {n}, {'short' if mode[1] == SHORT else errno.errorcode[mode[1]]}{', from then on' if mode[2] else ''})"


def crash(s, what):
    """The process has gone: with an exit code and a reason is allowed, by a signal is not."""
    code, log = s.k.process.returncode, s.said() or s.k.log()
    if os.path.exists(core := os.path.join(s.k.dir, "core")):  # ulimit -c unlimited
        log += subprocess.run(["gdb", "-batch", "-ex", "bt 20", kaname.PROGRAM, core], capture_output=True, text=True).stdout[-3000:]
        os.unlink(core)
    check.that(code > 0 and "kaname: " in log and not reports(log), what + ": a clear exit", (code, log[-800:]))


def failed_once(job, mode, n, a, what):
    """What the answer under the fault may be."""
    if mode[0] == SYNC and n <= job.syncs:
        check.that(a.status >= 500 or not a.status, what + ": not acknowledged", short(a))
    check.that(a.status in (0, 500, 503, 507) or job.whole(a), what + ": an error or the whole", short(a))
    check.that(not getattr(a, "hung", False), what + ": an answer in time")


def only_reads(s, what):
    a = s.ask("POST", s.k.at("assets"), {"name": uuid.uuid4().hex, "kind": "system"}, uuid.uuid4().hex)
    check.that(a.status == 500 and b"Restart" in a.body, what + ": says that it only reads until a restart", short(a))
    check.that(s.ask("GET", s.k.at("assets") + "?limit=1").status == 200, what + ": still reads")
    check.that(s.ask("GET", "/healthz").status == 500, what + ": not healthy")


def resumes(s, job, mode, n, what):
    """Without the fault: the same request again, at once if it may, else after a restart."""
    a = job.send()
    check.that(a.status == 500 or mode[0] != SYNC or n > job.syncs - s.k.db.startswith("postgresql:"), what + ": stops after a failed sync", short(a))
    may_stop = mode[0] == SYNC or mode[1] == errno.EIO
    if a.status == 500 and may_stop:
        only_reads(s, what)
        s.restart()
        a = job.send()
    check.that(job.whole(a), what + ": sent again", (*short(a), s.k.log()[-300:]))
    if not job.whole(a):  # the next case begins with a server that works
        s.restart()
    check.that(job.there() == 1, what + ": there once")


def gone(s, seconds=0.5):
    try:
        s.k.process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        pass
    return not s.alive()


def short_wal(s):
    """The checkpoint of a long write-ahead log comes after the answer: it must not be among the calls that are counted."""
    wal = s.k.db + "-wal"
    if os.path.exists(wal) and os.path.getsize(wal) > 8 << 20:
        s.k.stop()
        s.k.start()


def one(s, name, mode, n):
    """False when the job passed without the fault."""
    short_wal(s)
    check.that(not reports(log := s.said()), f"before {name} {n}: no report of a sanitizer", log[-2000:])
    what, job = say(name, mode, n), JOBS[name](s)
    s.faults.arm(*mode, n)
    a = job.send()
    if mode[2] and not job.whole(a) and s.alive():
        a = job.send()  # from then on: it fails a second time, too
    if mode[0] != ALLOC:
        time.sleep(0.002)  # what the writer does after its answer
    count, fired = s.faults.disarm()
    if not fired and not a.status and gone(s):  # the case before ended it, after its answer
        crash(s, "before " + what)
        s.restart()
        return False
    if not fired:
        check.that(job.whole(a) and job.there() == 1, what + ": untouched", short(a))
        if not job.whole(a):
            s.restart()
        return False
    failed_once(job, mode, n, a, what)
    if gone(s, 0.01 if a.status else 0.5):
        crash(s, what)
        s.restart()
    if job.whole(a):
        s.acked.append((what, job))
    else:
        resumes(s, job, mode, n, what)
    if mode[1] == errno.EIO or len(s.acked) >= 40 or s.logins >= 15:  # after an error of the disk the server may only read; an account has 20 sessions
        settle(s)
    return True


def settle(s):
    """A restart, then everything that was acknowledged must be there."""
    s.restart()
    for what, job in s.acked:
        check.that(job.there() == 1, what + ": there after a restart", job.there())
    s.acked, s.logins = [], 0


def calls(s, name, mode):
    """How many calls of the class the job makes when nothing fails."""
    job = JOBS[name](s)
    s.faults.arm(mode[0], mode[1], 0, 1 << 40)
    a = job.send()
    time.sleep(0.05)
    count, _ = s.faults.disarm()
    check.that(job.whole(a), name + " without faults", short(a))
    return count


def verify(k, what):
    r = k.command("audit", "verify", ok=False)
    check.that(r.returncode == 0, what + ": audit verify", r.stdout + r.stderr)


# --- commands: each run on a fresh copy of the same data ---------------------------------------------------------------------


class Folder:
    """A data file with a few records, to be copied for each run."""
    def __init__(self):
        self.k = Kaname()
        self.name = uuid.uuid4().hex
        self.book = workbook(self.k.dir, [f"{self.name}-{i}" for i in range(3)])[0]
        self.k.command("import", workbook(self.k.dir, ["元の資産"])[0])
        self.faults = Faults(self.k.dir)
        self.file = self.k.db

    def fresh(self):
        for name in os.listdir(self.k.dir):
            if name.startswith("copy"):
                os.unlink(os.path.join(self.k.dir, name))
        copy_data(self.file, os.path.join(self.k.dir, "copy.db"))
        self.k.db = os.path.join(self.k.dir, "copy.db")

    def run(self, words, mode=None, n=0):
        self.k.env = {**os.environ, "LANG": "C"}
        if not mode:
            return self.k.command(*words, ok=False), 0, 0
        self.k.env = self.faults.env
        self.faults.arm(*mode, n)
        r = self.k.command(*words, ok=False)
        return r, *self.faults.disarm()


def copy_data(old, new):
    for tail in ("", ".key", ".mark"):
        shutil.copy(old + tail, new + tail)


def rows(file, name):
    db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    n = db.execute("SELECT count(*) FROM r_asset WHERE f_name LIKE ?", (name + "%",)).fetchone()[0]
    whole = db.execute("PRAGMA quick_check").fetchone()[0]
    db.close()
    return n if whole == "ok" else whole


def import_command(d):
    return ["import", d.book]


def import_result(d):
    n = rows(d.k.db, d.name)
    return n == 3 if n in (0, 3) else n


def backup_command(d):
    return ["backup", "--to", os.path.join(d.k.dir, "copy-backup.db")]


def backup_result(d):
    """True: a copy that opens and verifies; False: no file at all; else what is wrong."""
    to = os.path.join(d.k.dir, "copy-backup.db")
    if not os.path.exists(to):
        left = [n for n in os.listdir(d.k.dir) if n.startswith("copy-backup")]
        return left or False
    for tail in (".key", ".mark"):
        shutil.copy(d.k.db + tail, to + tail)
    n = rows(to, "元の資産")
    r = subprocess.run([kaname.PROGRAM, "audit", "verify", "--db", to], capture_output=True, text=True)
    return True if n == 1 and r.returncode == 0 else (n, r.stdout + r.stderr)


def restore_command(d):
    to = os.path.join(d.k.dir, "backup.db")
    if not os.path.exists(to):
        env, d.k.env = d.k.env, None
        d.k.command("backup", "--to", to)
        d.k.env = env
    d.k.db = os.path.join(d.k.dir, "copy-new.db")  # what command() gives as --db
    return ["restore", "--from", to, "--key", os.path.join(d.k.dir, "copy.db.key")]


def restore_result(d):
    """True: whole, with key and marks, and verified; False: nothing is left but the lock; else what is wrong. Looks before and after a run."""
    d.k.db = os.path.join(d.k.dir, "copy.db")
    to = os.path.join(d.k.dir, "copy-new.db")
    if not os.path.exists(to):
        left = [n for n in os.listdir(d.k.dir) if n.startswith("copy-new") and not n.endswith(".lock")]
        return left or False
    n = rows(to, "元の資産")
    r = subprocess.run([kaname.PROGRAM, "audit", "verify", "--db", to], capture_output=True, text=True)
    return True if n == 1 and r.returncode == 0 else (n, r.stdout + r.stderr)


BEFORE_DONE = {"import command": 4, "backup command": 99, "restore command": 99}  # syncs until a change is on disk: marks, log header, commit, marks; then a checkpoint
COMMANDS = {"import command": (import_command, import_result), "backup command": (backup_command, backup_result), "restore command": (restore_command, restore_result)}


def one_command(d, name, mode, n):
    words, result = COMMANDS[name]
    what = say(name, mode, n)
    d.fresh()
    r, count, fired = d.run(words(d), mode, n)
    there = result(d)
    check.that(there in (True, False), what + ": all or nothing", there)
    check.that(r.returncode >= 0 and (r.returncode == 0 or "kaname: " in r.stderr) and not reports(r.stderr), what + ": a clear end", (r.returncode, r.stderr[-500:]))
    check.that(r.returncode or there is True, what + ": done is done", (r.stdout, r.stderr[-300:]))
    if mode[0] == SYNC and fired and n <= BEFORE_DONE[name]:
        check.that(r.returncode, what + ": not acknowledged", r.stderr[-300:])
    if r.returncode and there is not True:
        r, _, _ = d.run(words(d))
        check.that(r.returncode == 0 and result(d) is True, what + ": works the next time", (r.returncode, r.stderr[-300:], result(d)))
    verify(d.k, what)
    return fired > 0


def command_calls(d, name, mode):
    d.fresh()
    r, count, _ = d.run(COMMANDS[name][0](d), (mode[0], mode[1], 0), 1 << 40)
    check.that(r.returncode == 0 and COMMANDS[name][1](d) is True, name + " without faults", (r.returncode, r.stderr))
    return count


# --- which n ---------------------------------------------------------------------------------------------------------------


def plan(names, count):
    """All cases, in an order of chance; the few calls to files come before the many of memory."""
    cases = [(name, mode, n) for name in names for mode in MODES for n in range(1, count(name, mode) + 2)]
    random.shuffle(cases)
    return sorted(cases, key=lambda c: c[1][0] == ALLOC)


def run_cases(cases, act, until, title, never_left_out):
    done = struck = 0
    for name, mode, n in cases:
        if time.monotonic() > until and mode[0] not in never_left_out:
            break
        struck += act(name, mode, n)
        done += 1
    print(f"{title}: {done} of {len(cases)} cases, a call failed in {struck}", flush=True)


def case_of(text):
    job, call, action, sticky, n = text.split(":")
    return job, (int(call), int(action), int(sticky)), int(n)


def over_http(o, db, names, seconds):
    s = Server(None if db == "sqlite" else db)
    s.acked, s.logins = [], 0
    counts = {}

    def count(name, mode):
        if (name, mode[0]) not in counts:
            counts[name, mode[0]] = max(calls(s, name, mode) for _ in range(2))  # the first fills the caches
        return counts[name, mode[0]]
    cases = plan(names, count) if not o.case else [case_of(o.case)]
    run_cases(cases, lambda *case: one(s, *case), time.monotonic() + seconds, f"over HTTP, {db.split(':')[0]}", NAMES if o.all else ())
    settle(s)
    verify(s.k, "at the end")
    s.k.env = None
    s.k.close()


def commands(o, names, seconds):
    d = Folder()
    cases = plan(names, lambda name, mode: command_calls(d, name, mode)) if not o.case else [case_of(o.case)]
    run_cases(cases, lambda *case: one_command(d, *case), time.monotonic() + seconds, "commands", (OPEN, WRITE, SYNC) if o.all else ())
    d.k.close()


def too_many_connections():
    """No descriptor is left for one more connection: the server neither spins nor fills its log, and goes on when they have gone."""
    k = Kaname()
    token = k.user("clerk", "ciso")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    k.start()
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    held = [socket.create_connection(("127.0.0.1", k.port)) for _ in range(100)]
    time.sleep(2)
    check.that(len(k.log()) < 2000, "too many connections: a few lines in the log", len(k.log()))
    for c in held:
        c.close()
    a = k.call("POST", k.at("assets"), {"name": "x", "kind": "system"}, token)
    check.that(a.status == 201, "too many connections: goes on", short(a))
    k.close()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seconds", type=float, default=30, help="over HTTP on SQLite; half of it for the commands")
    p.add_argument("--all", action="store_true", help="every n over HTTP, and every n of files of the commands, however long it takes")
    p.add_argument("--only", default=",".join([*JOBS, *COMMANDS]))
    p.add_argument("--db", help="default: SQLite, and for a quarter of the time the PostgreSQL of KANAME_PG")
    p.add_argument("--seed", type=int, default=int(time.time()))
    p.add_argument("--case", help="one only: job:class:errno:from then on:n, e.g. create:4:12:0:21")
    o = p.parse_args()
    print("seed", o.seed)
    random.seed(o.seed)
    names = o.only.split(",")
    jobs, of_commands = [n for n in names if n in JOBS], [n for n in names if n in COMMANDS]
    postgres = None if o.db == "sqlite" else o.db or os.environ.get("KANAME_PG")
    if jobs and o.db in (None, "sqlite"):
        over_http(o, "sqlite", jobs, o.seconds)
    if jobs and postgres:
        over_http(o, postgres, jobs, o.seconds / 4)
    if not o.case and o.db in (None, "sqlite"):
        too_many_connections()
    if of_commands and o.db in (None, "sqlite"):
        commands(o, of_commands, o.seconds / 2)
    check.end()


if __name__ == "__main__":
    main()
