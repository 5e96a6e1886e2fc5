#!/usr/bin/env python3
"""Black box: every command on SQLite and PostgreSQL, with the server running and stopped; wrong inputs, exit codes, --json, the socket's manners."""
import json, os, re, shutil, socket, sqlite3, stat, struct, subprocess, tempfile, threading, time

from kaname import Checks, Kaname, PROGRAM, ROOT

check = Checks()
COMMANDS = "init serve org user token import export backup restore audit pack receipt openapi completion version".split()


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
        check.that(os.listdir(d) == [], "what fails leaves no file", os.listdir(d))
        check.that(js(run("version", "--json"))["version"] in run("version").stdout, "version")
        check.that(js(run("openapi"))["openapi"] == js(run("openapi", "--json"))["openapi"], "openapi is JSON anyway")
        check.that(js(run("pack", "check", os.path.join(ROOT, "packs", "jp"), "--json"))["items"] > 10, "pack check as JSON")
        completion()


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
    check.that(k.command("user", "list", "--org", "無い", ok=False).returncode == 3, "no such organisation")


def tokens(k, login, served):
    r = js(k.command("token", "create", "--user", login, "--label", "試し", "--days", "3", "--json", ok=False))
    check.that(r["token"].startswith("kn_") and r["expires"].endswith("Z"), "token create as JSON", r)
    plain = k.command("token", "create", "--user", login).strip()
    check.that(re.fullmatch(r"kn_[A-Za-z0-9_-]{43}", plain), "token create prints the token alone", plain)
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


words()
both_ways(None)
if os.environ.get("KANAME_PG"):
    both_ways(os.environ["KANAME_PG"])
check.end()
