#!/usr/bin/env python3
"""
Black box: webhooks, against a receiver of our own that verifies as docs/webhooks.md says (Standard Webhooks) and refuses what is altered or repeated. One row for each occurrence and webhook, at least one request, one id,
whatever refusals, kills and restarts do; nothing to inner addresses unless the operator allows it; the secret is shown once and lies nowhere.
"""
import base64, contextlib, datetime, glob, hashlib, hmac, http.server, json, os, socket, sqlite3, subprocess, sys, threading, time, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname, on_both
from sink import certificate

check = Checks()
NOW = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
TITLE = "事案の題名は書かれない"
ALL = ["duty.opened", "duty.due_soon", "duty.made", "duty.basis_gone", "incident.changed"]


def at(**ago):
    return (NOW - datetime.timedelta(**ago)).isoformat(timespec="milliseconds")


def met(**more):
    return {"title": TITLE, "operator_class": "telecom.carrier", "occurred_at": at(hours=5), "known_at": at(hours=5), "segments": [{"kind": "stopped", "class": "other", "from": at(hours=5), "to": at(hours=3), "value": 42000}],
            "facts": [{"fact": "service_class", "is": "other"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "service.only_additional_function", "is": "false"},
                      {"fact": "impact.sufferers", "number": 42000, "per": "other"}]} | more


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


def verify(secret, headers, body, seen, now=None, tolerance=300):
    """What docs/webhooks.md tells receivers to do. Returns the id; raises where it is not to be believed; None for one that was handled already."""
    name, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    right = base64.b64encode(hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
    given = [s.removeprefix("v1,") for s in headers["webhook-signature"].split(" ") if s.startswith("v1,")]
    if not any(hmac.compare_digest(right, s) for s in given):
        raise ValueError("signature")
    if abs((now or time.time()) - int(stamp)) > tolerance:
        raise ValueError("time")
    if name in seen:
        return None
    seen.add(name)
    return name


class Receiver:
    """`script`: how the next requests are answered: a status, "silent" or "drop" (handled, and no answer)."""

    def __init__(self, tls=None):
        self.secret, self.script, self.got, self.tries, self.seen, self.bad, self.tolerance = None, [], [], [], set(), [], 300
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                outer.take(self)

            def do_GET(self):
                outer.bad.append("a GET: a redirect was followed")

            def log_message(self, *a):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, h):
        body = h.rfile.read(int(h.headers["Content-Length"]))
        how = self.script.pop(0) if self.script else 200
        self.tries.append((h.headers["webhook-id"], h.headers["webhook-timestamp"], h.headers["webhook-signature"], body))
        try:
            new = verify(self.secret, h.headers, body, self.seen, tolerance=self.tolerance) if how in (200, "drop") else None
        except ValueError as e:
            self.bad.append(str(e))
            how = 401
        else:
            if new:
                self.got.append(json.loads(body) | {"id": new})
        if how == "silent":
            h.rfile.read(1)
            return
        if how == "drop":
            h.connection.close()
            return
        h.send_response(how)
        if how == 302:
            h.send_header("Location", f"http://127.0.0.1:{self.port}/elsewhere")
        h.send_header("Content-Length", "0")
        h.end_headers()

    def of(self, kind, since=0):
        return [m for m in self.got[since:] if m["type"] == kind]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class World(Desk):
    def __init__(self, postgres):
        self.postgres = postgres
        k = self.k = Kaname(postgres)
        manager = k.user("manager1", "risk_manager")
        self.admin = k.user("admin1", "admin")
        self.r = Receiver()
        self.url = f"http://127.0.0.1:{self.r.port}/kaname"
        k.start()
        super().__init__(k, manager, check)

    def hook(self, method, path="", body=None, status=200, headers=None):
        a = self.k.call(method, self.k.at("webhooks" + path), body, self.admin, headers)
        check.status(a, status, f"{method} webhooks{path} {body}")
        return a.json

    def deliveries(self, h):
        return self.hook("GET", f"/{h['id']}/deliveries")["items"]

    def again(self, *words):
        self.k.stop()
        self.k.start(*words)

    def sql(self, query):
        """Only while no server has the file."""
        if self.postgres:
            subprocess.run(["psql", self.k.db, "-qc", query], check=True)
            return
        with contextlib.closing(sqlite3.connect(self.k.db)) as db:
            db.execute(query)
            db.commit()


def registering(w):
    good = {"url": "https://kaname.invalid/x", "events": ALL}
    for bad, path in (({"url": "http://example.jp/"}, "url"), ({"url": "https://10.0.0.1/"}, "url"), ({"url": "https://169.254.169.254/latest"}, "url"), ({"url": w.url}, "url"), ({"url": "https://localhost/"}, "url"),
                      ({"url": "https://a:b@example.jp/"}, "url"), ({"url": "ftp://example.jp"}, "url"), ({"url": None}, "url"), ({"events": []}, "events"), ({"events": ["duty.opened", "all"]}, "events/1"), ({"more": 1}, "more"),
                      ({"stopped": "no"}, "stopped")):
        a = w.hook("POST", "", good | bad, 422)
        check.that([m["path"] for m in a["mistakes"]] == [path], "named", a)
    check.that(w.hook("GET")["items"] == [] and [e["code"] for e in w.hook("GET")["events"]] == ALL, "none of them is there")
    made = [w.hook("POST", "", good, 201)["id"] for _ in range(20)]
    w.hook("POST", "", good, 409)
    for i in made:
        w.hook("DELETE", "/" + i)
    check.that(w.hook("GET")["items"] == [], "removed")
    w.hook("DELETE", "/" + made[0], status=404)
    w.again("--webhooks-loopback")


def secret(w):
    """Once, and nowhere else."""
    key = {"Idempotency-Key": uuid.uuid4().hex}
    h = w.hook("POST", "", {"url": w.url, "events": ALL}, 201, key)
    again = w.hook("POST", "", {"url": w.url, "events": ALL}, 201, key)
    check.that(h["secret"].startswith("whsec_") and len(base64.b64decode(h["secret"][6:])) == 32 and again["id"] == h["id"] and "secret" not in again, "shown once", again)
    check.that("secret" not in w.hook("GET")["items"][0] and len(w.hook("GET")["items"]) == 1, "not in the list")
    w.r.secret = h["secret"]
    return h


def nowhere(w, secrets):
    raw = [x for s in secrets for x in (s.encode(), s[6:].encode(), base64.b64decode(s[6:]), base64.b64decode(s[6:]).hex().encode())]
    if w.postgres:
        text = subprocess.run(["pg_dump", w.k.db], check=True, capture_output=True).stdout
    else:
        text = b"".join(open(f, "rb").read() for f in glob.glob(w.k.db + "*") if os.path.isfile(f))
    text += open(os.path.join(w.k.dir, "server.log"), "rb").read()
    check.that(len(text) > 1000 and not any(x in text for x in raw), "the secret is not in the data nor in the log")


def events(w, h):
    d = w.hook("POST", f"/{h['id']}/test", {})
    check.that(until(lambda: w.r.of("test")), "the test event arrives", w.r.bad)
    check.that(w.r.of("test")[0]["id"] == d["id"] and w.r.of("test")[0]["data"] == {"organisation": w.k.org}, "under its id", w.r.got)
    incident = w.make("incidents", met())
    check.that(until(lambda: len(w.r.of("duty.opened")) == 3 and len(w.r.of("incident.changed")) == 1), "opened and changed", (w.r.got, w.r.bad))
    m = w.r.of("incident.changed")[0]["data"]
    check.that((m["resource"], m["id"], m["version"], m["state"]) == ("incident", incident["id"], 1, "open"), "which record, in which version", m)
    check.that(TITLE not in json.dumps(w.r.got, ensure_ascii=False) and "manager1" not in json.dumps(w.r.got), "nothing of what happened, nobody's name")
    duties = {x["data"]["kind"]: x["data"] for x in w.r.of("duty.opened")}
    check.that(set(duties) == {"first", "detail", "notice"} and duties["detail"]["due"] and duties["first"]["at_once"] and duties["first"]["incident"] == incident["id"], "which report, when due", duties)
    before = len(w.r.got)
    same = w.change("incidents", incident, {"title": TITLE})
    check.that(same["version"] == 1, "nothing changed")
    first = w.get("duties/" + duties["first"]["id"])
    made = w.act("duties", first, "make", {"means": "mail", "at": at(minutes=0), "made_to": "窓口", "without_approval": "急ぎ"})
    check.that(until(lambda: w.r.of("duty.made")), "made")
    check.that([m["data"]["id"] for m in w.r.of("duty.made")] == [made["id"]] and w.r.of("duty.made")[0]["data"]["state"] == "made", "which", w.r.got[before:])
    w.change("incidents", incident, {"segments": [met()["segments"][0] | {"value": 10}], "facts": met()["facts"][:3] + [{"fact": "impact.sufferers", "number": 10, "per": "other"}]})
    check.that(until(lambda: len(w.r.of("duty.basis_gone")) == 3), "basis gone", w.r.got[before:])
    check.that(len(w.r.of("incident.changed")) == 2 and w.r.of("incident.changed")[1]["data"]["version"] == 2, "one event for each version, none where nothing changed", w.r.of("incident.changed"))
    check.that(not w.r.bad and len(w.r.seen) == len(w.r.tries), "each verified, each sent once", (w.r.bad, len(w.r.tries)))
    check.that(not any({"body", "data"} & set(x) or duties["first"]["id"] in str(x) for x in w.deliveries(h)), "an administrator, who reads no register, sees how it went and not what was said")
    check.that(all(x["state"] == "delivered" and x["tries"] == 1 and x["status"] == 200 for x in w.deliveries(h)) and len(w.deliveries(h)) == len(w.r.got), "and the list says so", w.deliveries(h)[:3])


def receiving(w):
    """The receiver that docs/webhooks.md describes: altered, replayed, late or signed by another: not believed."""
    name, stamp, sign, body = w.r.tries[0]
    good = {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": sign}
    check.that(verify(w.r.secret, good, body, set(), int(stamp)) == name, "the right one")
    check.that(verify(w.r.secret, good | {"webhook-signature": "v1a,xx v1,AAAA " + sign}, body, set(), int(stamp)) == name, "one of several signatures")
    check.that(verify(w.r.secret, good, body, {name}, int(stamp)) is None, "a replay is handled once")
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    for secret, headers, text, now in ((w.r.secret, good, body + b" ", 0), (w.r.secret, good | {"webhook-id": name + "x"}, body, 0), (w.r.secret, good | {"webhook-timestamp": str(int(stamp) + 1)}, body, 0),
                                       (w.r.secret, good, body, 301), (w.r.secret, good, body, -301), (other, good, body, 0), (w.r.secret, good | {"webhook-signature": "v1," + "A" * 43 + "="}, body, 0)):
        try:
            verify(secret, headers, text, set(), int(stamp) + now)
            check.that(False, "believed", (headers, text, now))
        except ValueError:
            check.that(True, "refused")


def refusals(w, h):
    """Refused, redirected, answered by nobody: again, under the same id, each try signed anew; what may have arrived twice is handled once."""
    for script in ([500], [302], ["drop"], [404, 503]):
        tries, got, w.r.script = len(w.r.tries), len(w.r.got), list(script)
        d = w.hook("POST", f"/{h['id']}/test", {})
        row = lambda: next(x for x in w.deliveries(h) if x["id"] == d["id"])
        check.that(until(lambda: row()["state"] == "waiting" and row().get("why"), 10), f"{script}: said in the list", row())
        if script[0] != "drop":
            check.that(row()["status"] == script[0] and str(script[0]) in row()["why"] and row()["next"], f"{script}: with the status", row())
        if len(script) > 1:
            w.k.stop()
            w.sql("UPDATE delivery SET next = 0 WHERE state = 0")  # the quarter of a minute passes
            w.k.start("--webhooks-loopback")
            check.that(until(lambda: len(w.r.tries) == tries + 2), "the second try")
            check.that(until(lambda: row()["tries"] == 2 and row()["status"] == script[1]), "and its answer", row())
            w.k.stop()
            w.sql("UPDATE delivery SET next = 0 WHERE state = 0")
            w.k.start("--webhooks-loopback")
        check.that(until(lambda: row()["state"] == "delivered"), f"{script}: in the end", row())
        mine = w.r.tries[tries:]
        check.that({x[0] for x in mine} == {d["id"]} and len(mine) == len(script) + 1 and row()["tries"] == len(mine), f"{script}: one id", [x[0] for x in mine])
        check.that(len(w.r.got) == got + 1 and not w.r.bad, f"{script}: handled once", w.r.bad)
        check.that(len({x[3] for x in mine}) == 1, f"{script}: one body")
    check.that(w.hook("GET")["items"][0]["failures"] == 0, "a success forgets the failures")


def killed(w, h):
    tries, got = len(w.r.tries), len(w.r.got)
    w.r.script = ["silent"]
    d = w.hook("POST", f"/{h['id']}/test", {})
    check.that(until(lambda: len(w.r.tries) == tries + 1), "under way")
    w.k.kill()
    if w.postgres:
        w.sql("UPDATE job SET run_at = 0 WHERE state = 1")  # whoever held it is gone for a minute
    w.k.start("--webhooks-loopback")
    check.that(until(lambda: len(w.r.got) == got + 1), "it goes after the restart")
    check.that({x[0] for x in w.r.tries[tries:]} == {d["id"]} and w.r.got[-1]["id"] == d["id"], "under the same id")
    check.that(until(lambda: w.deliveries(h)[0]["state"] == "delivered"), "recorded", w.deliveries(h)[0])


def end_of_tries(w, h):
    w.r.script = [500]
    d = w.hook("POST", f"/{h['id']}/test", {})
    check.that(until(lambda: w.deliveries(h)[0].get("status") == 500), "refused")
    w.k.stop()
    w.sql("UPDATE delivery SET tries = 8, next = 0 WHERE state = 0")
    w.r.script = [500]
    w.k.start("--webhooks-loopback")
    check.that(until(lambda: w.deliveries(h)[0]["state"] == "given_up"), "the ninth try is the last", w.deliveries(h)[0])
    check.that(w.deliveries(h)[0]["id"] == d["id"] and w.deliveries(h)[0]["tries"] == 9 and "next" not in w.deliveries(h)[0], "and the list says so", w.deliveries(h)[0])


def chosen(w, h):
    """Only what was chosen; nothing while it is stopped; a new secret; 410 stops it."""
    before = len(w.r.got)
    w.hook("PATCH", "/" + h["id"], {"events": ["duty.made"]})
    w.make("incidents", {"title": "別"})
    w.hook("PATCH", "/" + h["id"], {"stopped": True})
    w.hook("POST", f"/{h['id']}/test", {}, 409)
    w.hook("PATCH", "/" + h["id"], {"stopped": False, "events": ["incident.changed"]})
    new = w.hook("POST", f"/{h['id']}/secret", {})["secret"]
    old, w.r.secret = w.r.secret, new
    w.make("incidents", {"title": "さらに別"})
    check.that(until(lambda: len(w.r.got) == before + 1), "what was chosen, signed by the new secret", (w.r.got[before:], w.r.bad))
    check.that(new != old and w.r.got[-1]["type"] == "incident.changed", "another secret", w.r.got[-1])
    w.r.script = [410]
    w.hook("POST", f"/{h['id']}/test", {})
    check.that(until(lambda: w.hook("GET")["items"][0]["stopped"]), "410 stops it")
    check.that("410" in w.hook("GET")["items"][0]["why"] and w.deliveries(h)[0]["state"] == "cancelled" and w.deliveries(h)[0]["status"] == 410, "and the list says why", (w.hook("GET"), w.deliveries(h)[0]))
    nowhere(w, [old, new])


def inner(w):
    """A name that leads inside is found when it is connected to; what was allowed once is not for ever."""
    name = next((n for n in (socket.gethostname(), "ip6-localhost", "localhost.localdomain") if n != "localhost" and resolves(n)), None)
    check.that(name, "a name of this machine")
    before = len(w.r.tries)
    a = w.hook("POST", "", {"url": f"https://{name}:{w.r.port}/", "events": ["duty.made"]}, 201)
    b = w.hook("POST", "", {"url": w.url, "events": ["duty.made"]}, 201)
    w.again()
    for h in (a, b):
        w.hook("POST", f"/{h['id']}/test", {})
        check.that(until(lambda: w.deliveries(h)[0].get("why")), "tried")
        check.that("送れません" in w.deliveries(h)[0]["why"] and "status" not in w.deliveries(h)[0], "refused", w.deliveries(h)[0])
        w.hook("DELETE", "/" + h["id"])
    check.that(len(w.r.tries) == before, "nothing was connected to")


def resolves(name):
    try:
        return all(i[4][0].startswith(("127.", "::1", "10.", "172.", "192.168.")) for i in socket.getaddrinfo(name, None))
    except OSError:
        return False


def tls(w):
    context, authority = certificate(os.path.join(w.k.dir, "tls"), "127.0.0.1")
    r = Receiver(context)
    w.again("--webhooks-loopback")
    h = w.hook("POST", "", {"url": f"https://127.0.0.1:{r.port}/", "events": ["duty.made"]}, 201)
    r.secret = h["secret"]
    w.hook("POST", f"/{h['id']}/test", {})
    check.that(until(lambda: "証明書" in w.deliveries(h)[0].get("why", "")) and not r.tries, "a certificate that nobody knows", w.deliveries(h)[0])
    w.again("--webhooks-loopback", "--webhooks-ca", authority)
    check.that(until(lambda: r.got), "one that the operator named", w.deliveries(h)[0])
    w.hook("DELETE", "/" + h["id"])
    r.close()


def commands(w):
    """The same from the command line, while the server runs; soon due, by a clock that goes on."""
    k = w.k
    made = json.loads(k.command("webhook", "add", "--url", w.url, "--events", "duty.due_soon,duty.opened", "--json"))
    check.that(made["secret"].startswith("whsec_") and made["id"] in k.command("webhook", "list") and "whsec_" not in k.command("webhook", "list", "--json"), "added", made)
    check.that(k.command("webhook", "add", "--url", "http://example.jp/", ok=False).returncode and k.command("webhook", "add", "--url", w.url, "--events", "x", ok=False).returncode, "refused")
    w.r.secret, w.r.tolerance = made["secret"], 10 ** 9
    before = len(w.r.got)
    k.command("webhook", "test", "--id", made["id"])
    check.that(until(lambda: len(w.r.got) == before + 1), "tested")
    check.that(until(lambda: "\tdelivered\t1\t200\t" in k.command("webhook", "deliveries", "--id", made["id"])), "listed")
    w.make("incidents", met())
    check.that(until(lambda: len(w.r.of("duty.opened", before)) == 3), "opened")
    due = datetime.datetime.fromisoformat(next(m["data"]["due"] for m in w.r.of("duty.opened", before) if m["data"]["kind"] == "detail").replace("Z", "+00:00"))
    for hours, want in ((24, ["day_before"]), (2, ["day_before", "hours_before"])):
        k.stop()
        shift = int((due - datetime.datetime.now(datetime.timezone.utc)).total_seconds() // 3600) + 1 - hours
        if not k.start_at(f"+{shift}h", "--webhooks-loopback"):
            check.that(False, "the clock test needs the package faketime")
            return
        check.that(until(lambda: [m["data"]["reminder"] for m in w.r.of("duty.due_soon", before)] == want), f"{hours} hours before", w.r.of("duty.due_soon", before))
    check.that({m["data"]["kind"] for m in w.r.of("duty.due_soon", before)} == {"detail"}, "of what has a due time")
    w.again("--webhooks-loopback")
    check.that("whsec_" in k.command("webhook", "secret", "--id", made["id"]), "a new secret")
    k.command("webhook", "remove", "--id", made["id"])
    check.that(k.command("webhook", "remove", "--id", made["id"], ok=False).returncode, "removed")


def run(postgres):
    w = World(postgres)
    registering(w)
    h = secret(w)
    events(w, h)
    receiving(w)
    refusals(w, h)
    killed(w, h)
    end_of_tries(w, h)
    chosen(w, h)
    inner(w)
    tls(w)
    commands(w)
    check.that(not w.r.bad, "nothing that did not verify", w.r.bad)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()
    w.r.close()


on_both(run)
check.end()
