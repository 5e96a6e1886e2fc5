"""Shared by the black-box tests: starts the real program on a fresh data file or PostgreSQL database. Standard library only."""
import glob, hashlib, http.client, json, os, random, re, shutil, signal, socket, subprocess, tempfile, time, uuid

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.environ.get("KANAME_PROGRAM", os.path.join(ROOT, "build", "kaname"))


NO_DATA = ("pack", "receipt", "mail", "version", "openapi", "completion", "help")  # commands that open no data file


def content_hash(pack):
    """What every verdict names: SHA-256 over "hash path" of each file of a pack, in byte order."""
    paths = sorted(os.path.relpath(os.path.join(at, n), pack).encode() for at, _, names in os.walk(pack) for n in names)
    return hashlib.sha256(b"".join(hashlib.sha256(open(os.path.join(pack.encode(), p), "rb").read()).hexdigest().encode() + b" " + p + b"\n" for p in paths if p not in (b"manifest.json", b"manifest.sig"))).hexdigest()


def free_port():
    """Below the range that outgoing connections take theirs from: another test's client must not sit on it while a server restarts."""
    while True:
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", random.SystemRandom().randint(10000, 32000)))
                return s.getsockname()[1]
            except OSError:
                continue


class Kaname:
    env = None  # of the program; None: ours

    def __init__(self, postgres=None, packs=None, init=()):
        self.packs = ("--packs", packs) if packs else ()
        self.dir = tempfile.mkdtemp(prefix="kaname-test-")
        self.db = os.path.join(self.dir, "data.db")
        if postgres:
            name = "t" + uuid.uuid4().hex
            subprocess.run(["psql", postgres, "-qc", f"CREATE DATABASE {name} TEMPLATE template0"], check=True)
            self.db = postgres.rsplit("/", 1)[0] + "/" + name
        self.process = None
        out = self.command("init", "--name", "試験市", *init)
        self.link = re.search(r"link=(\S+)", out).group(1)
        self.key = re.search(r"verifier key (\S+)", out).group(1)
        self.org = re.search(r"organisation (\S+)", out).group(1)
        self.port = free_port()

    def command(self, *words, ok=True):
        if words[:2] == ("audit", "verify"):
            words += ("--json",)
        r = subprocess.run([PROGRAM, *words, *(() if words[0] in NO_DATA else ("--db", self.db, *self.packs))], capture_output=True, text=True, cwd=self.dir, timeout=120,
                           env={**(self.env or os.environ), "LC_ALL": "C.UTF-8"})
        if ok:
            assert r.returncode == 0, (words, r.returncode, r.stdout, r.stderr)
            return r.stdout
        return r

    def user(self, login, roles):
        self.command("user", "add", "--login", login, "--roles", roles)
        return self.command("token", "create", "--user", login).strip()

    def start(self, *words):
        with open(os.path.join(self.dir, "server.log"), "ab") as log:  # a file: a full pipe would stop the server
            self.process = subprocess.Popen([PROGRAM, "serve", "--db", self.db, "--listen", f"127.0.0.1:{self.port}", *self.packs, *words], cwd=self.dir,
                                            stdout=subprocess.PIPE, stderr=log, text=True, env=self.env)
        line = self.process.stdout.readline()
        assert line.startswith("listening"), (line, self.log())

    def start_at(self, offset, *words):
        """With a clock that is wrong by "+7h" or "-2d". False: the package faketime is missing."""
        library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
        if not library:
            return False
        wrong = {"LD_PRELOAD": library, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": "verify_asan_link_order=0"}
        right, self.env = self.env, {**(self.env or os.environ), **wrong}
        self.start(*words)
        self.env = right
        return True

    def second(self, *words):
        """Another process on the same PostgreSQL, with a copy of the key in a folder of its own."""
        folder = os.path.join(self.dir, "second")
        os.mkdir(folder)
        for f in os.listdir(self.dir):
            if f.startswith("kaname-postgres.") and os.path.isfile(os.path.join(self.dir, f)) and f.rsplit(".", 1)[1] in ("key", "mark"):
                shutil.copy(os.path.join(self.dir, f), folder)
        p = subprocess.Popen([PROGRAM, "serve", "--db", self.db, "--listen", f"127.0.0.1:{free_port()}", *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = p.stdout.readline()
        assert line.startswith("listening"), (line, p.stderr.read())
        return p

    def log(self):
        with open(os.path.join(self.dir, "server.log"), errors="replace") as f:
            return f.read()[-4000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0, self.log()

    def close(self):
        if self.process and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.dir)

    def call(self, method, path, body=None, token=None, headers=None, raw=None, timeout=20):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        h = {"Accept-Language": "ja"}
        if token:
            h["Authorization"] = "Bearer " + token
        if method not in ("GET", "HEAD"):
            h["Idempotency-Key"] = uuid.uuid4().hex
            h["Content-Type"] = "application/json"
        h.update(headers or {})
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        c.request(method, path, data, h)
        r = c.getresponse()
        text = r.read()
        c.close()
        return Answer(r.status, dict((k.lower(), v) for k, v in r.getheaders()), text)

    def enter(self, secret, **more):
        """Headers of a session opened by a one-time link."""
        a = self.call("POST", "/api/login/link", {"secret": secret, **more})
        assert a.status == 200, a.body
        return {"Cookie": a.headers["set-cookie"].split(";")[0], "X-CSRF-Token": a.json["csrf"]}

    def at(self, path):
        return f"/api/orgs/{self.org}/{path}"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


def on_both(run):
    """run(None) on the embedded database, and run(address) on PostgreSQL where there is one."""
    run(None)
    if os.environ.get("KANAME_PG"):
        run(os.environ["KANAME_PG"])


class Checks:
    """Counts; the closing line is what CI reads."""
    def __init__(self):
        self.passed = self.failed = 0

    def that(self, good, what, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED", what, detail)

    def status(self, answer, status, what):
        self.that(answer.status == status, what, f"expected {status}, got {answer.status}: {answer.body[:300]!r}")

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        raise SystemExit(1 if self.failed else 0)


class Desk:
    """Somebody at work: makes, reads, changes and acts, and checks that it was answered as expected."""

    def __init__(self, k, t, check):
        self.k, self.t, self.check = k, t, check

    def make(self, path, body, status=201):
        a = self.k.call("POST", self.k.at(path), body, self.t)
        self.check.status(a, status, f"{path} {str(body)[:80]}")
        return a.json

    def get(self, path, status=200):
        a = self.k.call("GET", self.k.at(path), token=self.t)
        self.check.status(a, status, path)
        return a.json

    def change(self, path, r, body, status=200):
        a = self.k.call("PATCH", self.k.at(path) + "/" + r["id"], body, self.t, {"If-Match": f'"{r["version"]}"'})
        self.check.status(a, status, f"change {path} {str(body)[:80]}")
        return a.json

    def act(self, path, r, name, body, status=200, token=None):
        a = self.k.call("POST", self.k.at(path) + f"/{r['id']}/{name}", body, token or self.t, {"If-Match": f'"{r["version"]}"'})
        self.check.status(a, status, f"{name} {path} {str(body)[:80]}")
        return a.json

    def tables(self, path):
        return {t["name"]: t["rows"] for t in self.get(path)["tables"]}
