#!/usr/bin/env python3
"""
Black box: passwords, the second factor (codes computed here, with hmac alone), recovery codes, links, tokens, holds after wrong tries, origins, cookies.
SQLite and PostgreSQL. (When sessions end: src/access/access_test.c.)
"""
import base64, concurrent.futures, hashlib, hmac, http.client, json, os, re, socket, sqlite3, struct, sys, time, urllib.parse, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()
GOOD = "correct horse battery"


def code(secret, step=0):
    """RFC 6238, SHA-1, six digits, thirty seconds."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    h = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = h[-1] & 15
    return f"{(struct.unpack('>I', h[at:at + 4])[0] & 0x7fffffff) % 1000000:06}"


def fresh_step():
    """Waits so that this step and the next stay valid for a few requests."""
    if time.time() % 30 > 24:
        time.sleep(31 - time.time() % 30)


def login(k, name, password=GOOD, code=None):
    return k.call("POST", "/api/login", {"login": name, "password": password, **({"code": code} if code is not None else {})})


def headers(a):
    return {"Cookie": a.headers["set-cookie"].split(";")[0], "X-CSRF-Token": a.json["csrf"]}


def person(k, admin, name, roles=("viewer",)):
    """With a password, and logged in."""
    made = k.call("POST", k.at("people"), {"name": name, "login": name, "roles": list(roles)}, headers=admin).json
    a = k.call("POST", "/api/account/password", {"new": GOOD}, headers=k.enter(made["link"]))
    assert a.status == 200, a.body
    return made["id"], headers(a)


def kind(a):
    return a.json["type"].rsplit(":", 1)[1]


def passwords(k, admin):
    me, session = person(k, admin, "password")
    check.status(k.call("POST", "/api/account/password", {"new": "another horse battery"}, headers=session), 403, "no old password")
    check.status(k.call("POST", "/api/account/password", {"old": GOOD, "new": "short"}, headers=session), 400, "short password")
    check.status(k.call("POST", "/api/account/password", {"old": GOOD, "new": "PassWordPassWord"}, headers=session), 400, "common password")
    other = headers(login(k, "password"))
    a = k.call("POST", "/api/account/password", {"old": GOOD, "new": "another horse battery"}, headers=session)
    check.status(a, 200, "new password")
    check.status(k.call("GET", "/api/account", headers=other), 401, "other sessions have ended")
    check.status(k.call("GET", "/api/account", headers=headers(a)), 200, "the own one goes on")
    check.status(login(k, "password"), 401, "the old password")
    link = k.call("POST", k.at(f"people/{me}/link"), {}, headers=admin).json["secret"]
    by_link = k.enter(link)
    check.that(k.call("GET", "/api/account", headers=by_link).json["by_link"] is True, "the session knows that it came by a link")
    a = k.call("POST", "/api/account/password", {"new": GOOD}, headers=by_link)
    check.status(a, 200, "forgotten: by link, without the old one")
    check.that(k.call("GET", "/api/account", headers=headers(a)).json["by_link"] is False, "once")
    check.status(k.call("POST", "/api/account/password", {"new": "another horse battery"}, headers=headers(a)), 403, "… once")
    for i in range(10):
        check.status(k.call("POST", "/api/account/password", {"old": f"guess number {i}", "new": "another horse battery"}, headers=headers(a)), 403, "guessing the old one")
    check.status(k.call("POST", "/api/account/password", {"old": GOOD, "new": "another horse battery"}, headers=headers(a)), 403, "ten guesses: held")
    check.status(login(k, "password"), 200, "… but not at login: counted apart")
    leaves = k.call("GET", k.at("log?object=" + me), headers=admin).json["leaves"]
    check.that(sum(x["action"] == "account.password" for x in leaves) == 3, "in the history", leaves)


def alike(k, admin):
    """Unknown, wrong, disabled, without password, locked: one answer, to the byte."""
    gone, _ = person(k, admin, "gone")
    k.call("PATCH", k.at("people/" + gone), {"disabled": True}, headers=admin)
    k.call("POST", k.at("people"), {"name": "新人", "login": "fresh"}, headers=admin)
    person(k, admin, "locked")
    for i in range(10):
        login(k, "locked", f"wrong {i}")
    answers = [login(k, n, p) for n, p in (("nobody", GOOD), ("locked", "wrong password"), ("gone", GOOD), ("fresh", GOOD), ("fresh", ""), ("locked", GOOD), ("locked", ""), ("locked", "x" * 1025), ("", ""))]
    check.that(len({(a.status, a.body, tuple(sorted((n, v) for n, v in a.headers.items() if n != "date"))) for a in answers}) == 1 and answers[0].status == 401, "all refusals are one", [a.body for a in answers])
    check.status(login(k, "password2", None), 401, "a password that is no text")


def browsers(k, admin):
    """Wrong tries from elsewhere do not lock out a browser that has been in."""
    person(k, admin, "victim")
    c = http.client.HTTPConnection("127.0.0.1", k.port, timeout=20)
    c.request("POST", "/api/login", json.dumps({"login": "victim", "password": GOOD}), {"Content-Type": "application/json"})
    r = c.getresponse()
    r.read()
    cookies = r.headers.get_all("Set-Cookie")
    device = [x for x in cookies if x.startswith("kaname-device=")]
    check.that(r.status == 200 and len(cookies) == 2 and len(device) == 1 and "HttpOnly; SameSite=Strict" in device[0] and "Max-Age=34560000" in device[0], "the browser is known from now on", cookies)
    for i in range(10):
        login(k, "victim", f"guess number {i}")
    check.status(login(k, "victim"), 401, "held for everybody")
    a = k.call("POST", "/api/login", {"login": "victim", "password": GOOD}, headers={"Cookie": device[0].split(";")[0]})
    check.that(a.status == 200 and a.headers["set-cookie"].startswith("kaname="), "but not for the known browser", a.body)
    check.status(k.call("POST", "/api/login", {"login": "victim", "password": GOOD}, headers={"Cookie": "kaname-device=" + "A" * 43}), 401, "a guessed one")


def enrol(k, session):
    a = k.call("POST", "/api/account/totp", {}, headers=session)
    assert a.status == 200, a.body
    fresh_step()
    b = k.call("POST", "/api/account/totp/confirm", {"code": code(a.json["secret"], -1)}, headers=session)
    assert b.status == 200, b.body
    return a.json["secret"], b.json["recovery"], headers(b)


def second_factor(k, admin):
    me, session = person(k, admin, "totp+1@example.jp")
    name = "totp+1@example.jp"
    check.status(k.call("POST", "/api/account/totp/confirm", {"code": "000000"}, headers=session), 409, "nothing begun")
    check.status(k.call("POST", "/api/account/totp/remove", {"password": GOOD, "code": "000000"}, headers=session), 409, "nothing to remove")
    a = k.call("POST", "/api/account/totp", {}, headers=session)
    uri = urllib.parse.urlparse(a.json["uri"])
    q = urllib.parse.parse_qs(uri.query)
    check.that(uri.scheme == "otpauth" and urllib.parse.unquote(uri.path) == "/Kaname:" + name and q["secret"] == [a.json["secret"]] and len(base64.b32decode(a.json["secret"])) == 20, "otpauth uri", a.body)
    check.status(login(k, name), 200, "not active before it is confirmed")
    wrong = k.call("POST", "/api/account/totp/confirm", {"code": "12345"}, headers=session)
    check.that(wrong.status == 422 and wrong.json["mistakes"][0]["path"] == "code", "a wrong code does not confirm", wrong.body)
    bystander = headers(login(k, name))
    secret, recovery, session = enrol(k, session)
    check.that(secret != a.json["secret"], "begun again: another secret")
    check.that(len(recovery) == 10 and len(set(recovery)) == 10 and all(re.fullmatch(r"([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}", r) for r in recovery), "ten recovery codes", recovery)
    check.status(k.call("GET", "/api/account", headers=bystander), 401, "other sessions have ended")
    own = k.call("GET", "/api/account", headers=session).json
    check.that(own["totp"] is True and own["recovery"] == 10, "own account", own)
    check.status(k.call("POST", "/api/account/totp", {}, headers=session), 409, "no second one over the first")
    fresh_step()
    a = login(k, name)
    check.that(a.status == 401 and kind(a) == "code_required" and "set-cookie" not in a.headers, "the code is asked for", a.body)
    check.that(kind(login(k, name, "wrong password")) == "login", "… only after the right password")
    now = code(secret)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        got = [a.status for a in pool.map(lambda _: login(k, name, code=now), range(4))]
    check.that(sorted(got) == [200, 401, 401, 401], "one code at once: one gets in", got)
    check.status(login(k, name, code="\uff10" * 6), 401, "a fifth try")  # four wrong ones so far
    k.hold_over()
    check.status(login(k, name, code=recovery[0].upper().replace("-", " ")), 200, "a recovery code, as people type it")
    check.status(login(k, name, code=recovery[0]), 401, "once")
    link = k.call("POST", k.at(f"people/{me}/link"), {}, headers=admin).json["secret"]
    a = k.call("POST", "/api/login/link", {"secret": link})
    check.that(a.status == 401 and kind(a) == "code_required", "a link does not pass over the second factor", a.body)
    check.status(k.call("POST", "/api/login/link", {"secret": link, "code": recovery[0]}), 401, "… nor with a used code")
    a = k.call("POST", "/api/login/link", {"secret": link, "code": recovery[1]})
    check.status(a, 200, "link and code")
    check.status(k.call("POST", "/api/login/link", {"secret": link, "code": recovery[2]}), 401, "the link was used")
    session = headers(a)
    check.that(k.call("GET", "/api/account", headers=session).json["recovery"] == 8, "eight left")
    for body, path in (({"password": "wrong password", "code": recovery[3]}, "password"), ({"password": GOOD}, "code"), ({"password": GOOD, "code": "000000"}, "code")):
        a = k.call("POST", "/api/account/totp/remove", body, headers=session)
        check.that(a.status == 422 and a.json["mistakes"][0]["path"] == path, f"remove: {path}", a.body)
    a = k.call("POST", "/api/account/totp/remove", {"password": GOOD, "code": recovery[3]}, headers=session)
    check.status(a, 200, "remove with both")
    check.status(login(k, name), 200, "password alone is enough again")
    session = headers(a)
    secret, recovery, session = enrol(k, session)
    for i in range(5):
        check.status(login(k, name, code=f"{i:06}"), 401, "wrong code")
    fresh_step()
    held = login(k, name, code=code(secret, 1))
    check.that(held.status == 401 and kind(held) == "login", "five wrong codes: held, also with the right one", held.body)
    check.that(kind(login(k, name)) == "login", "… and not asked any more")
    a = k.call("POST", k.at(f"people/{me}/totp-reset"), {}, headers=admin)
    check.that(a.status == 200 and a.json["totp"] is False, "reset by the administrator", a.body)
    check.status(k.call("GET", "/api/account", headers=session), 401, "ends the sessions")
    check.status(login(k, name), 200, "password alone")
    leaves = [x["action"] for x in k.call("GET", k.at("log?object=" + me), headers=admin).json["leaves"]]
    check.that({"account.totp", "account.totp_remove", "account.totp_reset", "account.link"} <= set(leaves), "in the history", leaves)
    return [secret, *recovery]


def tokens(k, admin):
    me, session = person(k, admin, "tokens", ("risk_owner", "viewer"))
    a = k.call("POST", "/api/account/tokens", {"label": "", "days": 0, "read_only": "yes", "roles": ["king"], "expires": 1}, headers=session)
    check.that(a.status == 422 and {m["path"] for m in a.json["mistakes"]} == {"label", "days", "read_only", "roles/0", "expires"}, "all mistakes at once", a.body)
    for body, why in (({"roles": ["admin"]}, "a role that the account lacks"), ({"roles": []}, "no role at all"), ({"days": 3661}, "too long")):
        check.status(k.call("POST", "/api/account/tokens", {"label": "x", "days": 1, **body}, headers=session), 422, why)
    a = k.call("POST", "/api/account/tokens", {"label": "毎晩の書き出し", "days": 30, "read_only": True, "roles": ["viewer"]}, headers=session)
    check.status(a, 201, "a token")
    secret, one = a.json["secret"], a.json["id"]
    check.that(re.fullmatch(r"kn_[0-9a-f]{56}", secret) and hashlib.sha256(secret[:51].encode()).hexdigest()[:8] == secret[51:], "its check can be recomputed", secret)
    check.status(k.call("GET", k.at("units"), token=secret), 200, "reads")
    check.status(k.call("POST", k.at("units"), {"name": "x"}, secret), 403, "does not write")
    full = k.call("POST", "/api/account/tokens", {"label": "全権", "days": 3660}, headers=session).json
    for t in (secret, full["secret"]):
        check.status(k.call("POST", "/api/account/tokens", {"label": "x", "days": 1}, t), 403, "a token makes no token")
        check.status(k.call("DELETE", "/api/account/tokens/" + one, token=t), 403, "… and removes none")
        check.status(k.call("POST", "/api/account/password", {"old": GOOD, "new": "another horse battery"}, t), 403, "… and sets no password")
        check.status(k.call("POST", "/api/account/totp", {}, t), 403, "… and enrols nothing")
    for _ in range(50):  # the note of its use is written beside the reading
        items = k.call("GET", "/api/account/tokens", headers=session).json["items"]
        if all(t["used"] for t in items):
            break
        time.sleep(0.1)
    check.that([t["label"] for t in items] == ["全権", "毎晩の書き出し"] and items[1]["roles"] == ["viewer"] and items[1]["read_only"] and items[0]["all_roles"], "list", items)
    check.that(items[1]["used"] is not None and secret not in str(items), "used; never shown again", items)
    stranger = person(k, admin, "stranger")[1]
    x, y = (k.call("DELETE", "/api/account/tokens/" + i, headers=stranger) for i in (one, str(uuid.uuid4())))
    check.that(x.status == y.status == 404 and x.body == y.body, "somebody else's token is none", x.body)
    check.status(k.call("DELETE", "/api/account/tokens/" + one, headers=session), 200, "remove")
    check.status(k.call("GET", k.at("units"), token=secret), 401, "gone at once")
    for i in range(49):
        check.status(k.call("POST", "/api/account/tokens", {"label": str(i), "days": 1}, headers=session), 201, "up to fifty")
    check.status(k.call("POST", "/api/account/tokens", {"label": "51", "days": 1}, headers=session), 409, "fifty-one")
    k.call("PATCH", k.at("people/" + me), {"disabled": True}, headers=admin)
    check.status(k.call("GET", k.at("units"), token=full["secret"]), 401, "disabled: its tokens end")
    k.call("PATCH", k.at("people/" + me), {"disabled": False}, headers=admin)
    check.status(k.call("GET", k.at("units"), token=full["secret"]), 401, "… for good")
    return [secret, full["secret"]]


def origins(k):
    body = {"login": "nobody", "password": GOOD}
    for h in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        check.status(k.call("POST", "/api/login", body, headers=h), 403, f"login from elsewhere {h}")
        check.status(k.call("POST", "/api/login/link", {"secret": "x"}, headers=h), 403, f"link from elsewhere {h}")
    check.status(k.call("POST", "/api/login", body, headers={"Origin": f"http://127.0.0.1:{k.port}", "Sec-Fetch-Site": "same-origin"}), 401, "from here")


class Wire:
    """A connection of which we see every byte."""

    def __init__(self, k):
        self.s = socket.create_connection(("127.0.0.1", k.port), timeout=10)

    def head(self, path, length, more=""):
        return (f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nIdempotency-Key: {uuid.uuid4().hex}\r\n{more}\r\n").encode()

    def status(self):
        got = b""
        while b"\r\n\r\n" not in got:
            part = self.s.recv(65536)
            if not part:
                break
            got += part
        head, _, rest = got.partition(b"\r\n\r\n")
        want = int((re.search(rb"(?i)content-length: (\d+)", head) or [0, b"0"])[1])
        while len(rest) < want:
            rest += self.s.recv(65536)
        return int(head.split()[1]) if head else 0


def large_bodies(k, admin, token):
    """Strangers get eight places for large bodies, so that somebody whose session ended hears 401; the ninth is refused at the head. The rest may."""
    bearer, units = f"Authorization: Bearer {token}\r\n", k.at("units")
    cookie = f"Cookie: other=1; {admin['Cookie']}\r\n"
    well = "kn_" + "0" * 48
    strangers = ["", "Authorization: Bearer kn_" + "0" * 56 + "\r\n", f"Authorization: Bearer {well}{hashlib.sha256(well.encode()).hexdigest()[:8]}\r\n", "Cookie: kaname=abc\r\n"]
    paths = [("/api/login", 16385), (units, 16385), (k.at("import"), 8 << 20), ("/api/login/link", 1 << 20)]
    for more in strangers:
        w = Wire(k)
        w.s.sendall(w.head(units, 1 << 20, more) + b" " * (1 << 20))
        check.that(w.status() == 401, "a large body of a stranger: log in")
    held = [Wire(k) for _ in range(8)]
    for i, w in enumerate(held):
        w.s.sendall(w.head(*paths[i % 4], strangers[i // 2]) + b" " * 16000)
    time.sleep(0.3)
    for more in strangers:
        for path, n in paths:
            w = Wire(k)
            w.s.sendall(w.head(path, n, more))
            check.that(w.status() == 413, f"{n} bytes of a ninth stranger to {path}: refused at the head")
    w = Wire(k)
    w.s.sendall(w.head(units, 16384) + b"{" + b" " * 16382 + b"}")
    check.that(w.status() == 401, "16 KiB from nobody: asked to log in")
    row = json.dumps({"name": "大きい", "note": " " * 40000}).encode()
    for what, more, pieces in (("token", bearer, 1), ("cookie", cookie + f"X-CSRF-Token: {admin['X-CSRF-Token']}\r\n", 1), ("token, byte by byte", bearer, 0)):
        w = Wire(k)
        head = w.head(units, len(row), more)
        if pieces:
            w.s.sendall(head + row)
        else:
            w.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for i in range(len(head)):
                w.s.sendall(head[i:i + 1])
            w.s.sendall(row)
        check.that(w.status() in (201, 422), "a large body with " + what)
        w.s.sendall(w.head(units, len(row)))
        check.that(w.status() == 413, "the leave was for one request, not for the connection")
    for w in held:
        w.s.close()
    time.sleep(0.3)
    more = [Wire(k) for _ in range(8)]
    for w in more:
        w.s.sendall(w.head(units, 20000) + b" " * 20000)
    check.that([w.status() for w in more] == [401] * 8, "places are given back")
    w = Wire(k)
    trick = w.head(units, 1 << 20, bearer)  # a body that looks like a head with a token
    w.s.sendall(w.head(units, len(trick)) + trick)
    check.that(w.status() == 401, "a head inside a body is a body")
    w = Wire(k)
    w.s.sendall(w.head("/api/login", 20000, bearer) + b"{" + b" " * 19998 + b"}")
    check.that(w.status() == 413, "public routes take 16 KiB from anybody")
    for _ in range(300):  # connections that come and go without a word
        Wire(k).s.close()
    check.status(k.call("GET", "/healthz"), 200, "still there")


def exposed(k):
    """Behind TLS: the address is told by --public-url, and headers of a proxy are not believed."""
    for bad in ("kaname.example.jp", "https://kaname.example.jp/", "https://Kaname.example.jp", "ftp://x", "https://", "https://a b", "https://a/b"):
        check.that(k.command("serve", "--listen", "127.0.0.1:1", "--public-url", bad, ok=False).returncode == 2, "no address: " + bad)
    link = k.command("user", "link", "--login", "admin", "--public-url", "https://kaname.example.jp")
    check.that("https://kaname.example.jp/#/login?link=" in link, "links have it", link)
    k.start("--public-url", "https://kaname.example.jp")
    here = {"Host": "kaname.example.jp", "Origin": "https://kaname.example.jp", "Sec-Fetch-Site": "same-origin"}
    body = {"secret": re.search(r"link=(\S+)", link).group(1)}
    for wrong in ({"Host": "127.0.0.1"}, {"Origin": "http://kaname.example.jp"}, {"Origin": "https://kaname.example.jp.evil.example"}, {"Host": "evil.example", "Origin": "https://evil.example"},
                  {"Host": "evil.example", "X-Forwarded-Host": "kaname.example.jp"}, {"Origin": "null"}):
        check.status(k.call("POST", "/api/login/link", body, headers={**here, **wrong}), 403, f"login from {wrong}")
    a = k.call("POST", "/api/login/link", body, headers=here)
    parts = a.headers.get("set-cookie", "").split("; ")
    check.that(a.status == 200 and parts[0].startswith("__Host-kaname=") and {"Path=/", "HttpOnly", "SameSite=Strict", "Secure"} < set(parts) and "Domain" not in a.headers["set-cookie"], "__Host- cookie", a.headers)
    check.that(a.headers["strict-transport-security"] == "max-age=31536000", "HSTS")
    session = {**here, "Cookie": parts[0], "X-CSRF-Token": a.json["csrf"]}
    check.status(k.call("GET", "/api/account", headers=session), 200, "reads")
    check.status(k.call("GET", "/api/account", headers={**session, "Cookie": parts[0].replace("__Host-", "")}), 401, "another cookie's name")
    check.status(k.call("POST", k.at("units"), {"name": "課"}, headers={**session, "Origin": "https://evil.example"}), 403, "changes from elsewhere")
    check.status(k.call("POST", k.at("units"), {"name": "課"}, headers=session), 201, "changes from here")
    a = k.call("POST", "/api/logout", {}, headers=session)
    check.that(a.status == 200 and a.headers["set-cookie"].startswith("__Host-kaname=; ") and "Max-Age=0" in a.headers["set-cookie"], "logout takes the cookie away", a.headers)
    check.status(k.call("GET", "/api/account", headers=session), 401, "and ends the session")
    k.stop()
    k.start()
    a = k.call("POST", "/api/login/link", {"secret": re.search(r"link=(\S+)", k.command("user", "link", "--login", "admin")).group(1)}, headers={"X-Forwarded-Proto": "https"})
    check.that(a.headers["set-cookie"].startswith("kaname=") and "Secure" not in a.headers["set-cookie"] and "strict-transport-security" not in a.headers, "loopback: plain", a.headers)
    k.stop()


def idles(k, admin):
    """Eight hours without a sign end a session; reading is a sign. A clock that goes back makes none live longer."""
    person(k, admin, "idle")
    reads, rests = headers(login(k, "idle")), headers(login(k, "idle"))
    k.stop()
    for offset, session, want, what in (("+7h", reads, 200, "after seven hours"), ("+14h", reads, 200, "seven hours after reading"), ("+14h", rests, 401, "fourteen hours without reading"),
                                        ("+23h", reads, 401, "nine hours after reading"), ("-2d", reads, 401, "before it began"), ("+169h", reads, 401, "after a week")):
        if not k.start_at(offset):
            check.that(False, "this test needs the package faketime")
            break
        check.status(k.call("GET", "/api/account", headers=session), want, what)
        k.stop()
    k.start()


def nothing_leaks(k, secrets):
    """Neither the data file nor what the server printed has any of them."""
    if k.db.startswith("postgres"):
        return
    raw = b"".join(open(k.db + end, "rb").read() for end in ("", "-wal") if os.path.exists(k.db + end))
    for s in secrets:
        plain = s.replace("-", "")
        seen = [form for form in (s, plain) if form.encode() in raw]
        if re.fullmatch("[A-Z2-7]{32}", s) and base64.b32decode(s) in raw:
            seen.append("raw")
        check.that(not seen, "not in the data file", (s, seen))


def hold_over(k):
    """The hold of fifteen minutes is over: its tries are forgotten, while the server runs."""
    if k.db.startswith("postgres"):
        import subprocess
        subprocess.run(["psql", k.db, "-qc", "DELETE FROM login_try"], check=True)
    else:
        k.stop()
        file = sqlite3.connect(k.db)
        file.execute("DELETE FROM login_try")
        file.commit()
        file.close()
        k.start()


def run(postgres):
    k = Kaname(postgres)
    k.hold_over = lambda: hold_over(k)
    k.start()
    admin = k.enter(k.link)
    passwords(k, admin)
    alike(k, admin)
    browsers(k, admin)
    secrets = second_factor(k, admin) + tokens(k, admin)
    origins(k)
    large_bodies(k, admin, k.command("token", "create", "--user", "admin").strip())
    idles(k, admin)
    k.stop()
    nothing_leaks(k, secrets)
    exposed(k)
    check.that('"findings":0' in k.command("audit", "verify"), "audit afterwards")
    k.close()


on_both(run)
check.end()
