#!/usr/bin/env python3
"""Black box: a record's whole life through the HTTP API, and every kind of bad input with its own clear error. SQLite and PostgreSQL."""
import gzip, io, json, os, re, socket, subprocess, sys, zipfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()


def life_of_a_record(k, t):
    a = k.call("POST", k.at("services"), {"name": "水道の供給", "sector": "water"}, t)
    if a.status == 422:  # the field table decides what a service needs
        a = k.call("POST", k.at("services"), {"name": "水道の供給"}, t)
    check.status(a, 201, "create a service")
    service = a.json
    a = k.call("POST", k.at("units"), {"name": "施設課"}, t)
    check.status(a, 201, "create a unit")
    unit, path = a.json, k.at("units") + "/" + a.json["id"]
    check.that(a.headers["etag"] == '"1"' and unit["number"].endswith("-0001"), "number and version")
    check.status(k.call("POST", k.at("units"), {"name": "施設課"}, t), 422, "the same name again") if is_unique(k, t, "unit") else None
    a = k.call("PATCH", path, {"name": "施設管理課"}, t, {"If-Match": '"1"'})
    check.status(a, 200, "change")
    check.that(a.json["version"] == 2 and a.json["name"] == "施設管理課", "changed")
    check.status(k.call("PATCH", path, {"name": "x"}, t, {"If-Match": '"1"'}), 412, "stale version")
    check.status(k.call("PATCH", path, {"name": 3}, t, {"If-Match": '"1"'}), 422, "a wrong type is wrong whatever version it names")
    check.status(k.call("PATCH", path, {"nam": "x"}, t, {"If-Match": '"1"'}), 422, "an unknown field is wrong whatever version it names")
    check.status(k.call("PATCH", path, {"name": "x"}, t), 428, "no version")
    a = k.call("PATCH", path, {"name": "施設管理課"}, t, {"If-Match": '"2"'})
    check.that(a.status == 200 and a.json["version"] == 2, "no change makes no version")
    a = k.call("GET", k.at("units") + "?q=%E7%AE%A1%E7%90%86", token=t)
    check.that(a.status == 200 and a.json["total"] == 1, "two-character search", a.body)
    a = k.call("GET", k.at("search") + "?q=%E6%B0%B4%E9%81%93", token=t)
    check.that(a.status == 200 and [h["id"] for h in a.json["hits"]] == [service["id"]], "search over registers", a.body)
    a = k.call("GET", path + "/versions", token=t)
    check.that([v["version"] for v in a.json["versions"]] == [2, 1], "versions", a.body)
    check.status(k.call("DELETE", path, token=t, headers={"If-Match": '"2"'}), 200, "retire")
    check.that(k.call("GET", k.at("units"), token=t).json["total"] == 0, "retired records are not listed")
    check.status(k.call("PATCH", path, {"name": "x"}, t, {"If-Match": '"3"'}), 409, "a retired record does not change")
    a = k.call("POST", path + "/restore", {}, t, {"If-Match": '"3"'})
    check.that(a.status == 200 and not a.json["removed"], "restore", a.body)
    a = k.call("GET", k.at("log"), token=t)
    check.that([x["action"] for x in a.json["leaves"]][:3] == ["unit.restore", "unit.remove", "unit.update"], "history", a.body)
    receipt = k.call("GET", path + "/receipt", token=t)
    check.status(receipt, 200, "receipt")
    for name, text, good in (("good", receipt.body, True), ("bad", receipt.body.replace(b"1", b"2", 1), False)):
        file = os.path.join(k.dir, name)
        open(file, "wb").write(text)
        check.that((k.command("receipt", "verify", file, "--key", k.key, ok=False).returncode == 0) == good, "receipt verifies offline: " + name)
    check.that(k.call("GET", k.at("checkpoint"), token=t).body.count(b"\n") == 5, "checkpoint")


def is_unique(k, t, name):
    meta = k.call("GET", k.at("meta"), token=t).json
    fields = [r for r in meta["resources"] if r["name"] == name][0]["fields"]
    return any(f["name"] == "name" and f.get("unique") for f in fields)


def by_ids(k, t):
    """Some records at once: in the order asked, retired ones as well, what is not there is left out."""
    made = [k.call("POST", k.at("units"), {"name": f"名指しの課{i}"}, t).json for i in range(3)]
    k.call("DELETE", k.at("units/" + made[1]["id"]), token=t, headers={"If-Match": '"1"'})
    ask = lambda ids, more="": k.call("GET", k.at("units?ids=" + ",".join(ids) + more), token=t)
    ids = [made[i]["id"] for i in (2, 0, 1)]
    a = ask(ids[:2] + ["00000000-0000-4000-8000-000000000009"] + ids[2:])
    check.that(a.status == 200 and [x["id"] for x in a.json["items"]] == ids and a.json["items"][2]["removed"] and a.json["next"] == "", "by ids", a.body[:300])
    check.status(ask(ids[:1] * 100), 200, "a hundred")
    for what, a in {"101": ask(ids[:1] * 101), "no id": ask(["x"]), "an empty one": ask(["", ids[0]]), "with a filter": ask(ids, "&limit=3"), "of an export": k.call("GET", k.at("units.csv?ids=" + ids[0]), token=t)}.items():
        check.status(a, 400, "ids: " + what)


def keys(k, t):
    """An Idempotency-Key is what the description says: 8 to 128 of ! to ~."""
    for key, status in (("k" * 8, 201), ("k" * 128, 201), ("!~" * 8, 201), ("k" * 7, 400), ("k" * 129, 400), ("abcd efgh", 400), ("abcd\tefgh", 400), ("abcd\u00e9fgh", 400)):
        a = k.call("POST", k.at("units"), {"name": "鍵" + str(len(key)) + key[4:6]}, t, {"Idempotency-Key": key})
        check.status(a, status, "key " + repr(key[:12]))


def references(k, t):
    a = k.call("POST", k.at("units"), {"name": "親"}, t)
    parent = a.json["id"]
    meta = k.call("GET", k.at("meta"), token=t).json
    for r in meta["resources"]:
        for f in r["fields"]:
            if f["kind"] == "ref" and f.get("target") == "unit" and not f.get("readonly") and "create" in r["can"]:
                a = k.call("POST", k.at(r["path"]), {f["name"]: "00000000-0000-4000-8000-000000000000"}, t)
                check.that(a.status == 422 and any(m["path"] == f["name"] and m["code"] == "reference" or m["code"] == "required" for m in a.json["mistakes"]), "no such record", a.body)
    return parent


def bad_input(k, t):
    def post(raw, **h):
        return k.call("POST", k.at("units"), token=t, raw=raw, headers=h)
    a = post(b'{"nam":1,"name":2}')
    check.that(a.status == 422 and {m["path"] for m in a.json["mistakes"]} >= {"nam", "name"}, "unknown field and wrong type at once", a.body)
    m = [x["path"] for x in k.call("POST", k.at("meetings"), {"held_on": "someday"}, t).json["mistakes"]]
    check.that(sorted(m) == ["held_on", "name"], "a wrong value and a missing one at once, each one time", m)
    check.that(a.headers["content-type"].startswith("application/problem+json"), "problem+json")
    check.status(post(b'{"name":"' + b"x" * 5000 + b'"}'), 422, "too long")
    check.status(post(b'{"name":"\xff"}'), 400, "broken UTF-8")
    check.status(post(b'{"name":"a","name":"b"}'), 400, "duplicate key")
    check.status(post(b"[" * 10000), 400, "10,000 deep")
    check.status(post(b'{"name":"a\\u0000b"}'), 400, "NUL")
    check.status(post(b"name=x", **{"Content-Type": "application/x-www-form-urlencoded"}), 415, "a form")
    check.status(post(b'{"name":"x"}', **{"Idempotency-Key": "short"}), 400, "short key")
    check.status(k.call("GET", k.at("units") + "?nonsense=1", token=t), 400, "unknown filter")
    check.status(k.call("GET", k.at("units") + "?cursor=zzz", token=t), 400, "bad cursor")
    check.status(k.call("GET", k.at("units") + "?q=%22%20OR%201%20*", token=t), 200, "search syntax is text")
    check.status(k.call("GET", k.at("nothing"), token=t), 404, "no such resource")
    check.status(k.call("PUT", k.at("units"), {}, t), 405, "no such method")
    for mb in (2, 100):
        check.that(refused_body(k, t, mb) == b"413", f"{mb} MB body: one clear answer")


def refused_body(k, t, mb):
    """Status of the answer to a body of so many MB, sent as far as the server takes it."""
    head = f"POST {k.at('units')} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {t}\r\nContent-Type: application/json\r\nIdempotency-Key: big-body-{mb}\r\n"
    with socket.create_connection(("127.0.0.1", k.port), timeout=20) as s:
        s.sendall((head + f"Content-Length: {mb << 20}\r\n\r\n").encode())
        try:
            for _ in range(mb):
                s.sendall(b"x" * (1 << 20))
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            return s.recv(4096)[9:12]
        except ConnectionResetError:
            return b"reset"


def first_page(k):
    """What a browser fetches before it shows anything: packed, kept for good, at most 200 kB together (docs: spec of the web)."""
    page = k.call("GET", "/", headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(page.body) if page.headers.get("content-encoding") == "gzip" else page.body
    total = len(page.body)
    for name in re.findall(rb'(?:src|href)="\.?/(assets/[^"]+)"', html):
        plain, packed = (k.call("GET", "/" + name.decode(), headers={"Accept-Encoding": e}) for e in ("identity", "gzip"))
        body = gzip.decompress(packed.body) if packed.headers.get("content-encoding") == "gzip" else packed.body
        check.that(plain.status == 200 and body == plain.body and "content-encoding" not in plain.headers and "immutable" in plain.headers["cache-control"], "packed and plain are one", name)
        total += len(packed.body)
    check.that(total <= 200_000, "the first page is small", total)
    check.that("no-store" in k.call("GET", "/assets/none").headers["cache-control"], "what is not there is not kept")


def same_key(k, t):
    h = {"Idempotency-Key": "key-of-this-test"}
    a = k.call("POST", k.at("units"), {"name": "一度だけ"}, t, h)
    b = k.call("POST", k.at("units"), {"name": "一度だけ"}, t, h)
    c = k.call("POST", k.at("units"), {"name": "別"}, t, h)
    check.that(a.status == b.status == 201 and a.body == b.body, "same key, same answer")
    check.status(c, 422, "same key, other body")
    check.that(k.call("GET", k.at("units") + "?q=%E4%B8%80%E5%BA%A6%E3%81%A0%E3%81%91", token=t).json["total"] == 1, "created once")


def nobody_sees(k, tokens):
    unit = k.call("POST", k.at("units"), {"name": "秘"}, tokens["ciso"]).json["id"]
    foreign = "00000000-0000-4000-8000-000000000001"
    check.status(k.call("GET", k.at("units")), 401, "anonymous")
    check.status(k.call("GET", k.at("units"), token="kn_wrong"), 401, "wrong token")
    check.status(k.call("POST", k.at("units"), {"name": "x"}, tokens["viewer"]), 403, "viewer writes")
    check.status(k.call("POST", k.at("units"), {"name": "x"}, tokens["auditor"]), 403, "auditor writes")
    check.status(k.call("GET", k.at("units"), token=tokens["auditor"]), 200, "auditor reads")
    other = k.call("GET", f"/api/orgs/{foreign}/units/{unit}", token=tokens["ciso"])
    none = k.call("GET", k.at("units/" + foreign), token=tokens["ciso"])
    check.that(other.status == none.status == 404 and other.body == none.body, "foreign and random alike", (other.body, none.body))


def sessions(k):
    a = k.call("POST", "/api/login/link", {"secret": k.link})
    check.status(a, 200, "one-time link")
    cookie, csrf = a.headers["set-cookie"].split(";")[0], a.json["csrf"]
    check.that("HttpOnly" in a.headers["set-cookie"] and "SameSite=Strict" in a.headers["set-cookie"], "cookie flags")
    check.status(k.call("POST", "/api/login/link", {"secret": k.link}), 401, "link used twice")
    check.status(k.call("GET", k.at("units"), headers={"Cookie": cookie}), 200, "session reads")
    check.status(k.call("POST", k.at("units"), {"name": "a"}, headers={"Cookie": cookie}), 403, "no CSRF token")
    good = {"Cookie": cookie, "X-CSRF-Token": csrf}
    check.status(k.call("POST", k.at("units"), {"name": "a"}, headers={**good, "Origin": "http://evil.example"}), 403, "foreign origin")
    check.status(k.call("POST", k.at("units"), {"name": "画面から"}, headers=good), 201, "session writes")
    wrong = k.call("POST", "/api/login", {"login": "admin", "password": "wrong password"})
    unknown = k.call("POST", "/api/login", {"login": "nobody", "password": "wrong password"})
    check.that(wrong.status == unknown.status == 401 and wrong.body == unknown.body, "unknown and wrong alike")
    check.status(k.call("POST", "/api/account/password", {"new": "short"}, headers=good), 400, "short password")
    check.status(k.call("POST", "/api/account/password", {"new": "correct horse battery"}, headers=good), 200, "first password")
    check.status(k.call("GET", k.at("units"), headers={"Cookie": cookie}), 401, "a new password ends all sessions")
    a = k.call("POST", "/api/login", {"login": "ＡＤＭＩＮ", "password": "correct horse battery"})
    check.status(a, 200, "log in with the password")
    cookie = a.headers["set-cookie"].split(";")[0]
    good = {"Cookie": cookie, "X-CSRF-Token": a.json["csrf"]}
    check.status(k.call("POST", "/api/account/password", {"old": "wrong", "new": "another horse battery"}, headers=good), 403, "wrong old password")
    s = k.call("GET", "/api/session", headers=good).json
    check.that(s["orgs"][0]["id"] == k.org and "ciso" in s["orgs"][0]["roles"], "session names organisations and roles", s)
    check.status(k.call("GET", "/api/meta?org=" + k.org, headers=good), 200, "meta")
    random, foreign = (k.call("GET", "/api/meta?org=00000000-0000-4000-8000-00000000000" + x, headers=good) for x in "12")
    check.that(random.status == 404 and random.body == foreign.body, "meta of no organisation")
    check.status(k.call("GET", k.at("home"), headers=good), 200, "home")
    check.status(k.call("POST", "/api/logout", headers=good), 200, "log out")
    check.status(k.call("GET", k.at("units"), headers={"Cookie": cookie}), 401, "session has ended")


def spreadsheets(k, t):
    import base64
    book = open(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "samples", "jp-city", "registers.xlsx"), "rb").read()
    a = k.call("POST", k.at("import/propose"), token=t, raw=book, headers={"Content-Type": "application/octet-stream", "X-File-Name": "registers.xlsx"})
    check.status(a, 200, "propose columns")
    body = {"file": base64.b64encode(book).decode(), "name": "registers.xlsx", "plan": a.json["plan"]}
    leaves = k.call("GET", k.at("log"), token=t).json["leaves"][0]["index"]
    a = k.call("POST", k.at("import") + "?dry=1", body, t)
    check.that(a.status == 200 and a.json["created"] > 100, "trial", a.body[:500])
    check.that(k.call("GET", k.at("log"), token=t).json["leaves"][0]["index"] == leaves, "a trial leaves nothing behind")
    b = k.call("POST", k.at("import"), body, t)
    check.that(b.status == 200 and b.json["created"] == a.json["created"], "import", b.body[:500])
    check.that(k.call("GET", k.at("risks"), token=t).json["total"] == 45, "45 risks")
    x = k.call("GET", k.at("assets.xlsx"), token=t)
    check.that(x.status == 200 and x.body[:2] == b"PK" and "assets.xlsx" in x.headers["content-disposition"], "export")
    sheet = zipfile.ZipFile(io.BytesIO(x.body)).read("xl/worksheets/sheet1.xml").decode()
    check.that('fitToPage="1"' in sheet and 'orientation="landscape"' in sheet and "<dataValidation " in sheet and "<pane " in sheet, "an export is a form that prints, with choices to pick")
    again = {"file": base64.b64encode(x.body).decode(), "name": "assets.xlsx"}
    c = k.call("POST", k.at("import") + "?dry=1", again, t)
    check.that(c.status == 200 and c.json["created"] == c.json["updated"] == 0 and c.json["unchanged"] >= 60, "what was exported comes back unchanged", c.body[:500])
    check.status(k.call("POST", k.at("import"), {"file": "UEsDBA==", "name": "x.xlsx"}, t), 400, "a broken workbook")
    csv = k.call("GET", k.at("services.csv"), token=t)
    check.that(csv.status == 200 and csv.body.startswith(b"\xef\xbb\xbf"), "CSV with BOM")


def every_answer_is_guarded(k, t):
    for path in ("/", "/healthz", "/nothing", k.at("units"), "/api/openapi.json"):
        h = k.call("GET", path, token=t).headers
        check.that("content-security-policy" in h and h.get("x-content-type-options") == "nosniff" and h.get("cache-control") == "no-store", "headers of " + path)


def run(postgres):
    k = Kaname(postgres)
    tokens = {r: k.user(r + "1", r) for r in ("ciso", "viewer", "auditor")}
    k.start()
    t = tokens["ciso"]
    life_of_a_record(k, t)
    by_ids(k, t)
    keys(k, t)
    references(k, t)
    bad_input(k, t)
    same_key(k, t)
    first_page(k)
    nobody_sees(k, tokens)
    sessions(k)
    spreadsheets(k, t)
    every_answer_is_guarded(k, t)
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    check.that(k.command("pack", "check", os.path.join(root, "packs", "jp")).startswith("jp "), "pack check")
    check.that(k.command("pack", "check", os.path.join(root, "samples"), ok=False).returncode != 0, "not a pack")
    before = k.call("GET", k.at("units"), token=t).json["total"]
    r = k.command("audit", "verify")
    check.that('"findings":0' in r, "audit while serving", r)
    k.kill()
    k.start()
    check.that(k.call("GET", k.at("units"), token=t).json["total"] == before, "everything there after kill -9")
    k.stop()
    check.that('"findings":0' in k.command("audit", "verify"), "audit after kill")
    k.close()


on_both(run)
check.end()
