#!/usr/bin/env python3
"""Black box: every command on SQLite and PostgreSQL, with the server running and stopped; wrong inputs, exit codes, --json, the socket's manners."""
import json, os, re, shutil, socket, sqlite3, stat, struct, subprocess, tempfile, threading, time

from kaname import Checks, Kaname, PROGRAM, ROOT, free_port

check = Checks()
COMMANDS = "init serve org user token import export backup restore audit job pack judge quant cascade receipt openapi completion man version".split()


def run(*words, lang="C.UTF-8", cwd=None, stdin=None):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=120, cwd=cwd, env={**os.environ, "LC_ALL": lang})


def js(r):
    """The one object on stdout; a problem stands on stderr."""
    return json.loads(r.stdout)


def problem(r):
    return json.loads(r.stderr.strip().splitlines()[-1])


def csv(k, name, text):
    path = os.path.join(k.dir, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def sees(k, token):
    return k.call("GET", k.at("assets"), token=token).status


# --- words ------------------------------------------------------------------------------------------------------------

def words():
    with tempfile.TemporaryDirectory() as d:
        r = run(cwd=d)
        check.that(r.returncode == 2 and not r.stdout and "kaname serve" in r.stderr, "no words: usage on stderr, 2")
        r = run("help", cwd=d)
        check.that(r.returncode == 0 and all(f"kaname {c}" in r.stdout for c in COMMANDS if c in r.stdout), "help")
        for c in COMMANDS:
            a, b = run("help", c, cwd=d), run(c, "--help", cwd=d)
            check.that(a.returncode == 0 and a.stdout == b.stdout and a.stdout.count("kaname " + c) == 1, f"help {c}", a.stderr)
        check.that("見つかりません" not in run("help", lang="ja_JP.UTF-8", cwd=d).stdout and "サーバー" in run("help", "serve", lang="ja_JP.UTF-8", cwd=d).stdout, "help in Japanese")
        for line, text in [(["frob"], "frob"), (["token", "create", "--frob", "x"], "--frob"), (["token", "frob"], "create list remove"), (["token"], "create list remove"),
                           (["token", "create", "--plan"], "--plan is not an option of kaname token"), (["token", "create", "--user"], "--user needs a value"),
                           (["token", "create", "--days", "many"], "--days takes a number"), (["serve", "--listen", "nowhere"], "HOST:PORT"),
                           (["backup", "--db", "none.db"], "--to"), (["export", "assets", "--db", "none.db"], "--to"), (["completion", "zsh"], "bash"),
                           (["help", "frob"], "frob")]:
            r = run(*line, cwd=d)
            check.that(r.returncode == 2 and text in r.stderr and not r.stdout, "wrong: " + " ".join(line), (r.returncode, r.stderr))
            r = run(*line, "--json", cwd=d)
            check.that(r.returncode == 2 and not r.stdout and (problem(r)["kind"], problem(r)["exit"]) == ("invalid", 2), "wrong, as JSON: " + " ".join(line), r.stderr)
        for line in ["token create --user x", "user list", "org list", "audit verify", "backup --to c", "export assets --to a.csv", "serve"]:
            r = run(*line.split(), "--db", "none.db", cwd=d)
            check.that(r.returncode == 3 and "none.db" in r.stderr, "no data file: " + line, (r.returncode, r.stderr))
        r = run("import", "none.csv", "--db", "none.db", "--json", cwd=d)
        check.that(r.returncode == 3 and "none.csv" in problem(r)["text"], "no file to import", r.stderr)
        r = run("user", "list", "--db", "postgresql://kaname:geheim@127.0.0.1:1/none", "--json", cwd=d)
        check.that(r.returncode == 75 and "Cannot connect" in problem(r)["text"] and "geheim" not in r.stderr, "no PostgreSQL there", r.stderr)
        [os.remove(os.path.join(d, f)) for f in os.listdir(d) if f == "kaname-postgres.lock"]
        check.that(os.listdir(d) == [], "what fails leaves no file", os.listdir(d))
        check.that(js(run("version", "--json"))["version"] in run("version").stdout, "version")
        check.that(js(run("openapi"))["openapi"] == js(run("openapi", "--json"))["openapi"], "openapi is JSON anyway")
        check.that(js(run("pack", "check", os.path.join(ROOT, "packs", "jp"), "--json"))["items"] > 10, "pack check as JSON")
        completion()
        manual()
        documented()
        ends_of_output()


def ends_of_output():
    """Progress on a terminal, none in a pipe (see history()); a full disk behind stdout is an error."""
    import pty
    k = Kaname()
    for options, wanted in (([], True), (["--json"], False)):
        ours, theirs = pty.openpty()
        r = subprocess.run([PROGRAM, "audit", "verify", "--db", k.db, *options], stdout=subprocess.PIPE, stderr=theirs, cwd=k.dir, env={**os.environ, "LC_ALL": "C"})
        os.close(theirs)
        try:
            said = os.read(ours, 4096)
        except OSError:
            said = b""  # nothing was written
        os.close(ours)
        check.that(r.returncode == 0 and (b"verifying" in said) == wanted, f"progress on a terminal {options}", said)
    k.close()
    with open("/dev/full", "w") as full:
        check.that(subprocess.run([PROGRAM, "help"], stdout=full).returncode == 74, "a full disk behind stdout")


def documented():
    """The table of docs/commands.md against the table that the program is built from; every command has its row in both languages' pages."""
    with open(os.path.join(ROOT, "src", "base", "err.c"), encoding="utf-8") as f:
        rows = re.findall(r'\[(?:OK|ERR_\w+)\] = \{\d+, (\d+), "([\w-]+)"', f.read())
    with open(os.path.join(ROOT, "docs", "commands.md"), encoding="utf-8") as f:
        page = f.read()
    table = {code: set(kinds.replace(" ", "").split(",")) for code, kinds in re.findall(r"^\| ([1-9]\d*) \| ([\w, -]*) \|", page, re.M)}
    wanted = {}
    for code, slug in rows[1:]:
        wanted.setdefault(code, set()).add(slug)
    check.that(len(rows) >= 17 and table == wanted, "the exit codes of docs/commands.md are those of the program", (table, wanted))
    for c in COMMANDS:
        check.that(re.search(rf"`{c}\b", page), f"docs/commands.md has {c}")
    help_all = run("help").stdout
    check.that(all(f"kaname {c}" in help_all for c in COMMANDS), "help has them all")


def manual():
    for lang, words in (("ja_JP.UTF-8", ("コマンド", "終了コード")), ("C", ("COMMANDS", "EXIT STATUS"))):
        page = run("man", lang=lang).stdout
        check.that(page.startswith(".TH KANAME 1") and all(f".SH {w}" in page for w in words), "the manual in " + lang, page[:200])
        check.that(all(f".B {c}\n" in page for c in COMMANDS), "every command is in it")
        check.that(not [l for l in page.splitlines() if l.startswith((".", "'")) and l.split()[0] not in (".TH", ".SH", ".TP", ".B", ".br")], "no line is taken for a request")
        if shutil.which("groff"):
            r = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww"], input=page, capture_output=True, text=True)
            check.that(r.returncode == 0 and not r.stderr, "groff reads it", r.stderr[:300])
    check.that(run("man", "x").returncode == 2, "nothing comes after man")


def completion():
    script = run("completion", "bash").stdout
    ask = '%s\nCOMP_WORDS=(%s); COMP_CWORD=%d; _kaname; echo "${COMPREPLY[@]}"'
    for line, n, wanted in [("kaname to", 1, "token"), ("kaname token ''", 2, "create list remove"), ("kaname token create --re", 3, "--read-only")]:
        r = subprocess.run(["bash", "-c", ask % (script, line, n)], capture_output=True, text=True)
        check.that(r.stdout.strip() == wanted, "completion of " + line, (r.stdout, r.stderr))


# --- the same commands, server running or not ----------------------------------------------------------------------------

def people(k, served):
    tag = "s" if served else "d"
    login = "yamada" + tag
    r = js(k.command("user", "add", "--login", login, "--name", "山田", "--roles", "ciso,auditor", "--json", ok=False))
    check.that(re.match(r"http://[^ ]+/#/login\?link=.{20}", r["link"]) and len(r["id"]) == 36, "user add", r)
    if served:
        check.that(f":{k.port}/" in r["link"], "the link leads to where the server listens", r)
        a = k.call("POST", "/api/login/link", {"secret": r["link"].split("link=")[1]})
        check.that(a.status == 200, "the link opens a session", a.body)
    check.that(k.command("user", "add", "--login", login, ok=False).returncode == 5, "the same login again")
    bad = k.command("user", "add", "--login", "x y", "--json", ok=False)
    check.that(bad.returncode == 2 and problem(bad)["kind"] == "invalid" and not bad.stdout, "a bad login", bad.stderr)
    check.that(k.command("user", "add", "--login", "new" + tag, "--roles", "king", ok=False).returncode == 2, "no such role")
    check.that(k.command("user", "roles", "--login", "nobody", "--roles", "ciso", ok=False).returncode == 3, "no such person")
    mine = [u for u in js(k.command("user", "list", "--json", ok=False))["items"] if u["login"] == login][0]
    check.that(mine["roles"] == ["ciso", "auditor"] and mine["name"] == "山田" and not mine["disabled"], "user list", mine)
    check.that(login in k.command("user", "list"), "user list as text")
    tokens(k, login, served)
    roles_change(k, login, served)
    other = js(k.command("org", "add", "--name", "別の組織" + tag, "--json", ok=False))["organisation"]
    check.that(other in k.command("org", "list") and any(o["id"] == other for o in js(k.command("org", "list", "--json", ok=False))["items"]), "org add, org list")
    below = js(k.command("org", "add", "--name", "下の組織" + tag, "--parent", other, "--json", ok=False))["organisation"]
    order = [o["id"] for o in js(k.command("org", "list", "--json", ok=False))["items"]]
    check.that(order.index(below) == order.index(other) + 1, "an organisation below another", order)
    check.that(k.command("org", "add", "--name", "迷子", "--parent", "無い", ok=False).returncode == 3, "no such parent")
    check.that(k.command("user", "list", "--org", "無い", ok=False).returncode == 3, "no such organisation")


def tokens(k, login, served):
    r = js(k.command("token", "create", "--user", login, "--label", "試し", "--days", "3", "--json", ok=False))
    check.that(r["token"].startswith("kn_") and r["expires"].endswith("Z"), "token create as JSON", r)
    plain = k.command("token", "create", "--user", login).strip()
    check.that(re.fullmatch(r"kn_[0-9a-f]{56}", plain), "token create prints the token alone", plain)
    for roles in ["admin", "ciso,admin", "risk_owner"]:
        bad = k.command("token", "create", "--user", login, "--roles", roles, ok=False)
        check.that(bad.returncode == 2 and bad.stdout == "" and ("admin" in bad.stderr or "risk_owner" in bad.stderr), "a role that the account lacks: " + roles, bad.stderr)
    check.that(k.command("token", "create", "--user", login, "--days", "-1", ok=False).returncode == 2, "days below 0")
    check.that(k.command("token", "create", "--user", "nobody", ok=False).returncode == 3, "no such person")
    check.that(k.command("token", "create", ok=False).returncode == 2, "no --user")
    narrow = k.command("token", "create", "--user", login, "--roles", "auditor").strip()
    items = js(k.command("token", "list", "--user", login, "--json", ok=False))["items"]
    check.that(len(items) == 3 and items[0]["roles"] == ["auditor"] and items[2]["label"] == "試し", "token list", items)
    check.that(items[0]["id"] in k.command("token", "list", "--user", login), "token list as text")
    if served:
        check.that((sees(k, plain), sees(k, narrow)) == (200, 200), "both tokens work")
    k.command("token", "remove", "--user", login, "--id", items[0]["id"])
    again = k.command("token", "remove", "--user", login, "--id", items[0]["id"], ok=False)
    check.that(again.returncode == 3, "removed is removed", again.stderr)
    check.that(k.command("token", "remove", "--user", "admin", "--id", items[1]["id"], ok=False).returncode == 3, "somebody else's token")
    if served:
        check.that((sees(k, plain), sees(k, narrow)) == (200, 401), "the removed token works no longer")


def roles_change(k, login, served):
    t = k.command("token", "create", "--user", login).strip()
    r = js(k.command("user", "roles", "--login", login, "--roles", "viewer", "--json", ok=False))
    check.that(r["roles"] == ["viewer"], "user roles", r)
    if served:
        check.that(k.call("POST", k.at("units"), {"name": "課"}, t).status == 403, "rights are taken at once")
    k.command("user", "roles", "--login", login, "--roles", "none")
    check.that([u["roles"] for u in js(k.command("user", "list", "--json", ok=False))["items"] if u["login"] == login] == [[]], "without roles: still listed, with no right")
    k.command("user", "roles", "--login", login, "--roles", "ciso")
    k.command("user", "disable", "--login", login)
    if served:
        check.that(sees(k, t) == 401, "disabled: the token is nobody's")
    check.that([u["disabled"] for u in js(k.command("user", "list", "--json", ok=False))["items"] if u["login"] == login] == [True], "shown as disabled")
    check.that(k.command("user", "link", "--login", login, ok=False).returncode == 5, "no link for a disabled account")
    check.that(k.command("token", "create", "--user", login, ok=False).returncode == 5, "no token for a disabled account")
    k.command("user", "enable", "--login", login)
    if served:
        check.that(sees(k, t) == 401, "enabled again: the old token stays dead")
        check.that(sees(k, k.command("token", "create", "--user", login).strip()) == 200, "… and a new one works")
    check.that("link=" in k.command("user", "link", "--login", login), "user link")


def books(k, served):
    tag = "s" if served else "d"
    good = csv(k, "good.csv", "資産名,種類\n" + "".join(f"装置{tag}{i},機器\n" for i in range(20)))
    more = csv(k, "more.csv", "組織単位名\n課%s\n" % tag)
    bad = csv(k, "bad.csv", f"資産名,種類\n装置{tag}x,機器\n,機器\n")
    r = k.command("import", good, "--plan", "--json", ok=False)
    check.that(r.returncode == 0 and (js(r)["created"], js(r)["dry_run"]) == (20, True), "dry run", r.stderr)
    r = js(k.command("import", good, "--json", ok=False))
    check.that((r["rows"], r["created"], r["dry_run"]) == (20, 20, False), "the dry run kept nothing, import keeps", r)
    check.that("20 unchanged" in k.command("import", good), "again: unchanged")
    r = k.command("import", good, bad, "--json", ok=False)
    p = problem(r)
    check.that(r.returncode == 2 and not r.stdout and p["kind"] == "mistakes" and p["mistakes"][0]["path"].endswith("A3") and p["mistakes"][0]["code"], "mistakes by cell", r.stderr)
    r = k.command("import", bad, ok=False)
    check.that(r.returncode == 2 and "A3" in r.stderr, "mistakes as text", r.stderr)
    check.that(k.command("import", ok=False).returncode == 2, "nothing to import")
    check.that(k.command("import", k.dir, ok=False).returncode == 2, "a folder is no file")
    out = os.path.join(k.dir, f"out-{tag}.csv")
    r = js(k.command("export", "assets", "--to", out, "--json", ok=False))
    with open(out, encoding="utf-8-sig") as f:
        text = f.read()
    check.that(r["records"] >= 20 and f"装置{tag}19" in text and f"装置{tag}x" not in text, "export: all of the good file, nothing of the bad", r)
    check.that("unchanged" in k.command("import", out), "an export is read back")
    check.that(k.command("export", "frobs", "--to", out, ok=False).returncode == 3, "no such register")
    check.that(k.command("export", "assets", "--to", out + ".pdf", ok=False).returncode == 2, "no such format")
    check.that(k.command("export", "assets", "--to", os.path.join(k.dir, "none", "a.csv"), ok=False).returncode == 2, "no such folder")
    os.remove(more)


def history(k):
    r = js(k.command("audit", "verify", "--json", ok=False))
    check.that(r["findings"] == 0 and r["list"] == [] and r["leaves"] > 0, "audit verify", r)
    r = run("audit", "verify", "--db", k.db, cwd=k.dir)
    check.that(r.returncode == 0 and "Nothing was altered" in r.stdout and r.stderr == "", "audit verify as text; no progress in a pipe", r.stderr)


def all_of(k, postgres, served):
    people(k, served)
    books(k, served)
    history(k)


def both_ways(postgres):
    k = Kaname(postgres)
    all_of(k, postgres, False)
    k.start()
    all_of(k, postgres, True)
    before = js(k.command("audit", "verify", "--json", ok=False))
    k.kill()
    after = js(k.command("audit", "verify", "--json", ok=False))
    check.that(before == after, "what a command answered is there after kill -9", (before, after))
    k.start()
    check.that(k.command("token", "create", "--user", "admin").startswith("kn_"), "commands work after a kill: the stale socket was replaced")
    k.stop()
    check.that(not [f for f in os.listdir(k.dir) if f.endswith(".socket")], "no socket is left at the end")
    history(k)
    k.close()


# --- the socket's manners -----------------------------------------------------------------------------------------------

def say_to(k, data, wait=10):
    """What a strange client gets; None when the server closed without a word."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(wait)
    s.connect(k.db + ".socket")
    try:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # it answered before it read everything
    try:
        head = s.recv(4, socket.MSG_WAITALL)
        return json.loads(s.recv(struct.unpack(">I", head)[0], socket.MSG_WAITALL)) if len(head) == 4 else None
    finally:
        s.close()


def request(words, files=(), magic=b"KNC1"):
    head = json.dumps({"language": "en", "words": words, "files": [{"name": n, "bytes": size} for n, size, _ in files]}).encode()
    return magic + struct.pack(">I", len(head)) + head + b"".join(b for _, _, b in files)


def works(k, what):
    t0 = time.time()
    check.that(k.command("token", "create", "--user", "admin", "--label", "manners").startswith("kn_"), "commands still work after: " + what)
    return time.time() - t0


def strange_clients(k):
    check.that(stat.S_IMODE(os.stat(k.db + ".socket").st_mode) == 0o600, "the socket is for its owner alone")
    check.that(say_to(k, request(["user", "list"]))["exit"] == 0, "the form of a request")
    for what, data, exit_code in [("nothing", b"", 2), ("noise", os.urandom(4096), 2), ("another magic", request(["user", "list"], magic=b"KNC2"), 2),
                       ("HTTP", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 2), ("a head of 4 GB", b"KNC1\xff\xff\xff\xff", 2),
                       ("half a head", request(["user", "list"])[:20], 2), ("no JSON", b"KNC1" + struct.pack(">I", 4) + b"{{{{", 2),
                       ("a number", b"KNC1" + struct.pack(">I", 1) + b"7", 2), ("deep JSON", b"KNC1" + struct.pack(">I", 60000) + b"[" * 60000, 2),
                       ("no words", request([]), 2), ("words that are no texts", request([1, None, {}]), 2), ("a thousand words", request(["user"] * 1000), 2),
                       ("a command that is not for it", request(["audit", "verify"]), 2), ("the server itself", request(["serve"]), 2), ("init", request(["init"]), 2),
                       ("a file of 4 GB", request(["import", "x"], [("x.csv", 1 << 32, b"")]), 2), ("a file of -1 bytes", request(["import", "x"], [("x.csv", -1, b"")]), 2),
                       ("a file cut short", request(["import", "x"], [("x.csv", 1000, b"abc")]), 2), ("too many files", request(["import", "x"], [("x", 0, b"")] * 17), 2),
                       ("a path instead of a file", request(["import", "/etc/passwd"]), 2)]:
        a = say_to(k, data)
        check.that(a is not None and a["exit"] == exit_code and a["err"].startswith("kaname: ") and a["out"] == "", "a client that sends " + what, a)
    works(k, "strange requests")
    for _ in range(50):
        s = socket.socket(socket.AF_UNIX)
        s.connect(k.db + ".socket")
        s.close()
    works(k, "clients that hang up")
    silent = socket.socket(socket.AF_UNIX)
    silent.connect(k.db + ".socket")
    t0 = time.time()
    check.that(k.call("GET", "/healthz").status == 200 and time.time() - t0 < 1, "a silent client does not keep the server from serving")
    check.that(works(k, "a silent client") < 8, "and other commands only for moments")
    silent.close()


def strange_users(k):
    if os.getuid() != 0:
        return
    for path, mode in ((k.dir, 0o755), (k.db + ".socket", 0o666)):
        os.chmod(path, mode)
    r, w = os.pipe()
    pid = os.fork()
    if not pid:
        os.setgid(65534), os.setuid(65534)
        os.write(w, json.dumps(say_to(k, request(["user", "list"]))).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    a = json.loads(os.read(r, 65536))
    check.that(a["exit"] == 4 and a["out"] == "", "another user is refused, even where the file modes let them through", a)
    for path, mode in ((k.dir, 0o700), (k.db + ".socket", 0o600)):
        os.chmod(path, mode)


def many_at_once(k):
    done = []

    def one(i):
        done.append(k.command("token", "create", "--user", "admin", "--label", f"many{i}", ok=False).returncode)
    threads = [threading.Thread(target=one, args=(i,)) for i in range(40)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    labels = [t["label"] for t in js(k.command("token", "list", "--user", "admin", "--json", ok=False))["items"]]
    check.that(done == [0] * 40 and all(labels.count(f"many{i}") == 1 for i in range(40)), "forty commands at once: each is done once", done)


def large(k):
    for name in ("a.csv", "b.csv"):
        with open(os.path.join(k.dir, name), "w") as f:
            f.write("資産名,種類\n" + "x" * (20 << 20))
    r = k.command("import", "a.csv", "b.csv", "--json", ok=False)
    check.that(r.returncode == 2 and problem(r)["kind"] == "too-large", "more than the socket takes", r.stderr)
    rows = csv(k, "rows.csv", "資産名,種類\n" + "".join(f"大量{i},機器\n" for i in range(3000)))
    r = js(k.command("import", rows, "--json", ok=False))
    check.that(r["created"] == 3000, "3,000 rows through the socket", r)
    works(k, "large imports")


def ends_in_the_middle(k):
    """SIGTERM while a command is under way: it is answered, or says that it does not know; the server ends in order."""
    rows = csv(k, "end.csv", "資産名,種類\n" + "".join(f"終わり{i},機器\n" for i in range(2000)))
    answers = []
    t = threading.Thread(target=lambda: answers.append(k.command("import", rows, "--json", ok=False)))
    t.start()
    time.sleep(0.15)
    k.stop()
    t.join()
    out = os.path.join(k.dir, "end-out.csv")
    k.command("export", "assets", "--to", out)
    n = open(out, encoding="utf-8-sig").read().count("終わり")
    check.that((answers[0].returncode, n) in ((0, 2000), (70, 2000), (70, 0), (75, 0)), "all or nothing, and told so", (answers[0].returncode, n, answers[0].stderr))
    history(k)


def locked_without_socket(k):
    import fcntl
    with open(k.db + ".lock", "r+") as f:
        fcntl.fcntl(f, 37, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))  # F_OFD_SETLK
        t0 = time.time()
        r = k.command("token", "create", "--user", "admin", "--json", ok=False)
        check.that(r.returncode == 75 and problem(r)["kind"] == "busy" and "data.db.socket" in problem(r)["text"] and time.time() - t0 < 6, "locked, but nobody listens", r.stderr)
        r = run("token", "create", "--user", "admin", "--db", k.db, lang="ja_JP.UTF-8", cwd=k.dir)
        check.that(r.returncode == 75 and "別の kaname" in r.stderr, "the same in Japanese", r.stderr)
        r = k.command("serve", "--listen", f"127.0.0.1:{k.port}", ok=False)
        check.that(r.returncode == 75, "a second server is refused", r.stderr)
        history(k)  # reading goes on
        check.that(k.command("backup", "--to", "locked.db").startswith("Saved"), "so does a backup")
    check.that(k.command("token", "create", "--user", "admin").startswith("kn_"), "free again")


def in_the_way(k):
    """Something else that lies where the socket belongs is not removed; the server serves without taking commands."""
    with open(k.db + ".socket", "w") as f:
        f.write("mine")
    k.start()
    check.that(k.call("GET", "/healthz").status == 200, "the server serves")
    check.that(k.command("token", "create", "--user", "admin", ok=False).returncode == 75, "but takes no commands")
    k.stop()
    check.that(open(k.db + ".socket").read() == "mine", "what is not ours stays")
    os.remove(k.db + ".socket")


def a_long_path():
    d = tempfile.mkdtemp()
    deep = os.path.join(d, "あ" * 40)
    os.mkdir(deep)
    r = run("init", "--db", os.path.join(deep, "a.db"))
    check.that(r.returncode == 0, "a path longer than a socket may have: commands go without a server", r.stderr)
    token = ["token", "create", "--user", "admin", "--db", os.path.join(deep, "a.db")]
    check.that(run(*token).returncode == 0, "token")
    port = free_port()
    p = subprocess.Popen([PROGRAM, "serve", "--db", token[-1], "--listen", f"127.0.0.1:{port}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C"})
    check.that(p.stdout.readline().startswith("listening"), "the server serves")
    r = run(*token)
    check.that(r.returncode == 2 and "too long" in r.stderr, "and the command says why it cannot be taken", r.stderr)
    p.terminate()
    check.that("too long" in p.communicate(timeout=20)[1] and p.returncode == 0, "as the server said when it started")
    shutil.rmtree(d)


def manners():
    k = Kaname()
    k.start()
    strange_clients(k)
    strange_users(k)
    many_at_once(k)
    large(k)
    ends_in_the_middle(k)
    locked_without_socket(k)
    in_the_way(k)
    k.close()
    a_long_path()


words()
both_ways(None)
manners()
if os.environ.get("KANAME_PG"):
    both_ways(os.environ["KANAME_PG"])
check.end()
