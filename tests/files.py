#!/usr/bin/env python3
"""
Black box: files attached to records. What comes back is what went in, also in ranges and after a kill in the middle; wrong types, foreign ids and the
quota are refused; minutes of an approval stay; disposal reaches the bytes; the backup carries them. On SQLite and PostgreSQL.
"""
import base64, hashlib, io, os, random, subprocess, sys, uuid, zipfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, Checks, Kaname, on_both

check = Checks()
PART = 256 << 10
OCTETS = {"Content-Type": "application/octet-stream"}
rnd = random.Random(20261127)


def pdf(n):
    return b"%PDF-1.7\n" + rnd.randbytes(n - 9)


def office(*names):
    b = io.BytesIO()
    with zipfile.ZipFile(b, "w") as z:
        for name in names:
            z.writestr(name, "<x/>")
        z.writestr("media/image1.png", rnd.randbytes(600_000))
    return b.getvalue()


class Files:
    def __init__(self, k, path, token):
        self.k, self.at, self.token = k, path + "/files", token

    def begin(self, name, size):
        return self.k.call("POST", self.at, {"name": name, "size": size}, self.token)

    def part(self, file, at, data, token=None):
        return self.k.call("PUT", f"{self.at}/{file}?at={at}", token=token or self.token, raw=data, headers=OCTETS)

    def put(self, name, data):
        """The last answer: 201 with the file, or the refusal."""
        a = self.begin(name, len(data))
        if a.status != 201:
            return a
        for at in range(0, len(data), PART):
            b = self.part(a.json["id"], at, data[at:at + PART])
            if b.status not in (200, 201):
                return b
        return b

    def get(self, file, token=None, **headers):
        return self.k.call("GET", f"{self.at}/{file}", token=token or self.token, headers=headers)

    def list(self, token=None, query=""):
        return self.k.call("GET", self.at + query, token=token or self.token)


def unit(k, token, name, org=None):
    a = k.call("POST", f"/api/orgs/{org or k.org}/units", {"name": name}, token)
    assert a.status == 201, a.body
    return f"/api/orgs/{org or k.org}/units/{a.json['id']}"


def there_and_back(k, t):
    f = Files(k, unit(k, t, "浄水課"), t)
    for n in (10, PART - 1, PART, PART + 1, 3 * PART, 1_000_003):
        data = pdf(n)
        a = f.put("議事録 第1号.pdf", data)
        check.status(a, 201, f"{n} bytes")
        check.that(a.json["sha256"] == hashlib.sha256(data).hexdigest() and a.json["size"] == n and a.json["type"] == "application/pdf", "named by its content", a.body)
        b = f.get(a.json["id"])
        check.that(b.status == 200 and b.body == data, f"{n} bytes come back")
    h = b.headers
    check.that(h["content-disposition"].startswith("attachment; filename*=UTF-8''%E8%AD%B0") and h["x-content-type-options"] == "nosniff", "never shown in the page", h)
    check.that(h["content-security-policy"].startswith("sandbox; default-src 'none'") and h["content-length"] == str(n), "its own policy", h)
    r = f.k.call("GET", f"{f.at}/{a.json['id']}/receipt", token=t)
    check.that(base64.b64encode(f'"{a.json["sha256"]}"'.encode()) in r.body, "its receipt carries the hash of the content", r.body[:300])
    open(os.path.join(k.dir, "file.receipt"), "wb").write(r.body)
    v = subprocess.run([PROGRAM, "receipt", "verify", os.path.join(k.dir, "file.receipt"), "--key", k.key], capture_output=True, text=True)
    check.that(v.returncode == 0, "and verifies offline", v.stderr)
    check.that(len(f.list().json["items"]) == 6 and not f.list().json["uploads"], "listed")
    return f, a.json, data


def ranges(f, file, data):
    n = len(data)
    for text, want in (("bytes=0-0", data[:1]), (f"bytes={PART - 3}-{PART + 3}", data[PART - 3:PART + 4]), ("bytes=1000000-", data[1000000:]), ("bytes=-5", data[-5:]),
                       (f"bytes=0-{n * 2}", data), (f"bytes=-{n * 2}", data), (f"bytes={PART}-{2 * PART - 1}", data[PART:2 * PART])):
        a = f.get(file, Range=text)
        check.that(a.status == 206 and a.body == want, "range " + text, (a.status, len(a.body)))
        first = data.index(want) if text == "bytes=-5" else None
        check.that(a.headers["content-range"].endswith(f"/{n}") and (first is None or a.headers["content-range"] == f"bytes {n - 5}-{n - 1}/{n}"), "Content-Range", a.headers)
    for text in (f"bytes={n}-", "bytes=-0", f"bytes={n + 5}-{n + 9}"):
        a = f.get(file, Range=text)
        check.that(a.status == 416 and a.headers["content-range"] == f"bytes */{n}", "outside " + text, (a.status, a.headers))
    for text in ("bytes=5-2", "items=0-1", "bytes=0-1,3-4", "bytes=a-b", "bytes="):
        check.that(f.get(file, Range=text).body == data, "no range: the whole file, " + text)


def refused(k, t, f):
    exe, html = b"MZ\x90\x00" + rnd.randbytes(100), b"<html><script>alert(1)</script></html>"
    for name, data in (("a.exe", exe), ("a.pdf", exe), ("a.pdf", html), ("a.html", html), ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("a.png", pdf(100)),
                       ("noending", pdf(100)), ("a.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")), ("a.docx", office("evil.exe")),
                       ("a.docx", office("xl/workbook.xml")), ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), ("a.txt", b"abc\x00def"), ("a.txt", "表".encode("cp932"))):
        check.status(f.put(name, data), 415, f"{name} {data[:8]!r}")
    for name, size in (("", 5), ("a/b.pdf", 5), ("..\\b.pdf", 5), ("a\nb.pdf", 5), ("x" * 250 + ".pdf", 5), ("a.pdf", 0), ("a.pdf", -1), ("a.pdf", "5")):
        check.status(f.begin(name, size), 400, f"name {name[:10]!r}, size {size}")
    check.status(f.begin("a.pdf", (20 << 20) + 1), 413, "more than 20 MiB")
    for name, data in (("a.docx", office("[Content_Types].xml", "word/document.xml")), ("b.XLSX", office("xl/workbook.xml")), ("記録.csv", "番号,名前\n1,表\n".encode()),
                       ("p.png", b"\x89PNG\r\n\x1a\n" + bytes(50)), ("p.JPEG", b"\xff\xd8\xff\xe0" + bytes(50)), ("c.txt", ("表" * 100000).encode())):
        check.status(f.put(name, data), 201, "good " + name)
    data = pdf(2 * PART + 5)
    u = f.begin("順序.pdf", len(data)).json["id"]
    for at, piece, want in ((PART, data[PART:2 * PART], 409), (1, data[1:PART + 1], 400), (0, data[:PART - 1], 400), (0, data[:PART] + b"x", 400), (-PART, data[:PART], 400),
                            (3 * PART, b"x", 400), (0, data[:PART], 200), (0, data[:PART], 200), (0, data[PART:2 * PART], 409)):
        check.status(f.part(u, at, piece), want, f"piece at {at}")
    check.that([x["received"] for x in f.list().json["uploads"] if x["id"] == u] == [PART], "how far it came")
    check.status(k.call("PUT", f"{f.at}/{u}", token=t, raw=data[:PART], headers=OCTETS), 400, "no position")
    check.status(k.call("PUT", f"{f.at}/{u}?at={PART}", token=t, raw=data[:PART], headers={"Content-Type": "text/html"}), 415, "no octets")
    check.status(k.call("DELETE", f"{f.at}/{u}", token=t), 200, "given up")
    check.that(u not in [x["id"] for x in f.list().json["uploads"]], "and forgotten")
    check.status(f.part(u, PART, data[PART:2 * PART]), 404, "nothing to go on with")
    many = [f.begin("多.pdf", 10) for _ in range(7)]
    left = [u["id"] for u in f.list().json["uploads"]]
    check.that(sorted(left) == sorted(a.json["id"] for a in many[2:]), "five unfinished a person: the oldest give way", left)
    for a in many[2:]:
        k.call("DELETE", f"{f.at}/{a.json['id']}", token=t)


def foreign(k, t, f, file, other_token, other_org):
    """A file is found under its own record only; another organisation's file answers like one that never was."""
    second = Files(k, unit(k, t, "配水課"), t)
    theirs = Files(k, unit(k, other_token, "別", other_org), other_token)
    mine = theirs.put("別.pdf", pdf(50)).json["id"]
    for i in (file, mine, str(uuid.uuid4()), "x"):
        for m, tail, body in (("GET", "", None), ("DELETE", "", None), ("POST", "/dispose", {"ground": "なし"})):
            a = k.call(m, f"{second.at}/{i}{tail}", body, t)
            check.status(a, 404, f"{m} of a file that hangs elsewhere")
        check.status(second.part(i, 0, b"x"), 404, "a piece of another's file")
    check.status(theirs.get(mine, token=t), 404, "not in the other organisation")
    check.status(k.call("GET", k.at("files"), token=t), 404, "no list of all files")
    check.status(k.call("GET", k.at("files/" + file), token=t), 404, "no record page of a file")
    u = second.begin("別人.pdf", 5).json["id"]
    check.status(Files(k, second.at[:-6], k.ciso2).part(u, 0, b"%PDF-"), 404, "an upload belongs to the one who began it")
    check.status(k.call("DELETE", f"{second.at}/{u}", token=t), 200, "given up")
    for who, token in k.roles.items():
        wants = {"viewer": (200, 403), "auditor": (200, 403), "admin": (404, 404), "risk_owner": (200, 201)}[who]
        a, b = f.list(token), k.call("POST", f.at, {"name": "a.pdf", "size": 9}, token)
        check.that((a.status, b.status) == wants, "rights follow the record: " + who, (a.status, b.status))
        check.status(f.get(file, token=token), wants[0], "content: " + who)


def approval(k, t):
    three = [{"level": i, "name": f"段階{i}", "description": "目安"} for i in (1, 2, 3)]
    cells = [{"impact": i, "likelihood": l, "level": max(i, l), "accepted": max(i, l) == 1} for i in (1, 2, 3) for l in (1, 2, 3)]
    j = k.call("POST", k.at("criteria-sets"), {"title": "令和8年度", "impacts": three, "likelihoods": three, "cells": cells}, t).json
    path = k.at("criteria-sets/" + j["id"])
    f, e = Files(k, path, k.exec), {"If-Match": '"2"'}
    check.status(k.call("POST", path + "/submit", {}, t, {"If-Match": '"1"'}), 200, "submitted")
    stray = Files(k, unit(k, t, "総務課"), t).put("他.pdf", pdf(20)).json["id"]
    form = {"post": "庁議", "minutes": "第7号", "date": "2026-01-01"}
    for wrong in (stray, str(uuid.uuid4())):
        check.status(k.call("POST", path + "/approve", {**form, "minutes_file": wrong}, k.exec, e), 422, "not a file of these criteria")
    data = pdf(300_000)
    file = f.put("庁議議事録.pdf", data).json["id"]
    a = k.call("POST", path + "/approve", {**form, "minutes_file": file}, k.exec, e)
    check.that(a.status == 200 and a.json["minutes_file"] == file, "approved with its minutes", a.body)
    r = k.call("GET", path, token=t).json
    check.that(r["_titles"][file]["title"] == "庁議議事録.pdf" and r["_titles"][file]["href"] == f"{f.at}/{file}", "shown with the approved criteria", r)
    check.that(f.get(file, token=t).body == data, "and read by others")
    check.status(k.call("DELETE", f"{f.at}/{file}", token=k.exec), 409, "minutes of an approval stay")
    receipt = k.call("GET", path + "/receipt", token=t)
    check.that(base64.b64encode(f'"{file}"'.encode()) in receipt.body, "the approval's receipt names the file")
    return f, file


def dispose(k, t, f, file):
    check.status(k.call("POST", f"{f.at}/{file}/dispose", {"ground": ""}, t), 400, "not without a ground")
    check.status(k.call("POST", f"{f.at}/{file}/dispose", {"ground": "誤って個人情報を含めた"}, k.exec), 403, "not by everybody")
    check.status(k.call("POST", f"{f.at}/{file}/dispose", {"ground": "誤って個人情報を含めた"}, t), 200, "disposed of")
    check.status(f.get(file), 404, "no content any more")
    it = [x for x in f.list().json["items"] if x["id"] == file][0]
    check.that(it["name"] is it["sha256"] is None and it["size"], "what is left", it)


def gone_from_disk(k, secret):
    raw = b"".join(open(p, "rb").read() for p in (k.db, k.db + "-wal") if os.path.exists(p))
    check.that(secret not in raw, "no byte of it in the data file")


def killed(k, t):
    """kill -9 in the middle of an upload: it goes on where it was, and an old one is swept at the start."""
    f = Files(k, unit(k, t, "料金課"), t)
    data = pdf(6 * PART + 77)
    u = f.begin("途中.pdf", len(data)).json["id"]
    for at in range(0, 3 * PART, PART):
        check.status(f.part(u, at, data[at:at + PART]), 200, "before the kill")
    k.kill()
    k.start()
    got = f.list().json["uploads"][0]
    check.that(got["id"] == u and got["received"] == 3 * PART, "how far it came", got)
    for at in range(got["received"], len(data), PART):
        a = f.part(u, at, data[at:at + PART])
    check.that(a.status == 201 and f.get(u).body == data, "whole after a kill")
    v = f.begin("忘れた.pdf", len(data)).json["id"]
    f.part(v, 0, pdf(PART))
    k.stop()
    before = count(k, "file_chunk")
    sql(k, "UPDATE file_upload SET at = at - 90000000")
    k.start()
    check.that(count(k, "file_upload") == 0 and count(k, "file_chunk") == before - 1 and not f.list().json["uploads"], "swept after a day")
    check.that(f.get(u).body == data, "and nothing else")


def sql(k, statement):
    if k.db.startswith("postgres"):
        return subprocess.run(["psql", k.db, "-qAtc", statement], check=True, capture_output=True, text=True).stdout.strip()
    import sqlite3
    with sqlite3.connect(k.db, timeout=20) as d:
        rows = d.execute(statement).fetchall()
    d.close()
    return str(rows[0][0]) if rows else ""


def count(k, table):
    return int(sql(k, "SELECT count(*) FROM " + table))


def quota(k, t):
    k.stop()
    k.start("--files-mib", "8")
    f = Files(k, unit(k, t, "危機管理課"), t)
    same = pdf(3 << 20)
    first = f.put("大.pdf", same)
    second = f.put("同じ中身.pdf", same)
    check.that(second.status in (201, 507), "quota", second.body)
    a = f.put("多すぎる.pdf", pdf(6 << 20))
    check.status(a, 507, "over the quota")
    check.that("8 MB" in a.json["detail"], "the quota is named", a.body)
    check.status(k.call("POST", k.at("units"), {"name": "まだ書ける"}, t), 201, "the registers go on")
    if first.status == second.status == 201:
        rows = int(sql(k, "SELECT count(*) FROM file_part")), count(k, "file_chunk")
        check.that(rows[1] <= rows[0] - 12, "equal pieces are kept once", rows)
        k.call("POST", f"{f.at}/{first.json['id']}/dispose", {"ground": "重複"}, t)
        check.that(f.get(second.json["id"]).body == same, "disposing of one leaves the other")


def backup(k, t, f, file, data):
    copy = os.path.join(k.dir, "copy.db")
    r = subprocess.run([PROGRAM, "backup", "--db", k.db, "--to", copy], capture_output=True, text=True)
    check.that(r.returncode == 0, "backup", r.stderr)
    import sqlite3
    d = sqlite3.connect(copy)
    got = b"".join(x[0] for x in d.execute("SELECT k.bytes FROM file_part p JOIN file_chunk k ON k.org = p.org AND k.hash = p.hash WHERE p.file = ? ORDER BY p.ord", (uuid.UUID(file).bytes,)))
    d.close()
    check.that(got == data, "the backup carries the file")


def tampered(k):
    """A changed byte of a file is found by the audit."""
    k.stop()
    check.that('"findings":0' in k.command("audit", "verify"), "audit: clean before")
    bad = "bytes || decode('00','hex')" if k.db.startswith("postgres") else "CAST(bytes || x'00' AS BLOB)"
    sql(k, f"UPDATE file_chunk SET bytes = {bad} WHERE hash IN (SELECT hash FROM file_part WHERE size < {PART} ORDER BY hash LIMIT 1)")
    r = k.command("audit", "verify", ok=False)
    check.that(r.returncode != 0 and "F-0" in r.stdout, "audit names the file", r.stdout)


def run(postgres):
    k = Kaname(postgres)
    t = k.user("ciso1", "ciso")
    k.ciso2, k.exec = k.user("ciso2", "ciso"), k.user("exec1", "executive")
    k.roles = {r: k.user(r, r) for r in ("viewer", "auditor", "admin2", "risk_owner") if r != "admin2"}
    k.command("user", "add", "--login", "adm", "--roles", "admin")
    k.roles["admin"] = k.command("token", "create", "--user", "adm").strip()
    other = k.command("org", "add", "--name", "別の組織").split()[-1]
    k.command("user", "add", "--login", "foreign", "--roles", "ciso", "--org", other)
    foreign_token = k.command("token", "create", "--user", "foreign").strip()
    k.start()
    f, file, data = there_and_back(k, t)
    ranges(f, file["id"], data)
    refused(k, t, f)
    foreign(k, t, f, file["id"], foreign_token, other)
    minutes = approval(k, t)
    killed(k, t)
    if not postgres:
        backup(k, t, f, file["id"], data)
    dispose(k, t, f, file["id"])
    dispose(k, t, *minutes)
    if not postgres:
        gone_from_disk(k, data[5000:5200])
    quota(k, t)
    tampered(k)
    k.close()


on_both(run)
check.end()
