#!/usr/bin/env python3
"""
Black box: judging facts that come with the request. The API and the command give the same document; the list of what to ask is worked out again here from the sets
that decide; every mistake by its path; hostile bodies; nothing is kept; who may, with and without the token of a page. SQLite and PostgreSQL.
"""
import itertools, json, os, random, subprocess, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, ROOT, Checks, Kaname, content_hash, on_both

check = Checks()
AS_OF = "2026-11-20T17:19+09:00"
START = "2026-11-20T16:00+09:00"


def row(start=START, to="open", cls="other", value=None, **more):
    return {"from": start, "to": to, "kind": "stopped", "class": cls} | ({"value": value} if value else {}) | more


def outage(**facts):
    """A carrier whose mobile data stands still since 16:00."""
    return {"operator_class": ["telecom.carrier"], "known": START, "event.what": ["disruption"], "service_class": ["other"], "impact": [row(value={"lo": 30000, "hi": 35000})],
            "impact.sufferers": {"by": {"other": {"lo": 30000, "hi": 35000}}}, "cause.facility_failure": "own", "service.only_additional_function": False, "impact.hard_to_count": False} | facts


def command(facts, *words, as_of=AS_OF, lang="ja"):
    return subprocess.run([PROGRAM, "judge", "-", "--lang", lang, *words], input=json.dumps({"facts": facts, "as_of": as_of}), capture_output=True, text=True, timeout=60)


class World:
    def __init__(self, postgres):
        self.k = Kaname(postgres)
        self.token = self.k.user("viewer1", "viewer")
        self.k.start()

    def judge(self, facts, as_of=AS_OF, status=200, **more):
        a = self.k.call("POST", "/api/judge", {"facts": facts, "as_of": as_of} | more, self.token)
        check.status(a, status, f"judge {str(facts)[:100]}")
        return a.json

    def wrong(self, body, *expected):
        a = self.k.call("POST", "/api/judge", body, self.token)
        found = sorted((m["path"], m["code"]) for m in a.json.get("mistakes", []))
        check.that(a.status == 422 and found == sorted(expected), f"mistakes of {str(body)[:120]}", (a.status, found))
        check.that(a.headers["content-type"].startswith("application/problem+json"), "as a problem")


def verdict(answer, rule):
    return next((v["verdict"] | {"duties": v["duties"]} for v in answer["verdicts"] if v["verdict"]["rule"] == rule), None)


MAJOR = "jp.telecom.major-accident"


def boundary(w):
    """16:00 to 17:59 is not two hours, 18:00 is; it says so beforehand, and the duty has its day."""
    v = verdict(w.judge(outage()), MAJOR)
    check.that(v["verdict"] != "met" and v["turns"] == {"to": "met", "at": "2026-11-20T09:00:00.000Z", "in_seconds": 2460}, "turns by itself in 41 minutes", v.get("turns"))
    for to, want in (("2026-11-20T18:00+09:00", "met"), ("2026-11-20T17:59+09:00", "not_met")):
        v = verdict(w.judge(outage(impact=[row(to=to)]), as_of="2026-11-20T20:00+09:00"), MAJOR)
        check.that(v["verdict"] == want, f"until {to}", v["verdict"])
    for n, want in ((30000, "met"), (29999, "not_met")):
        v = verdict(w.judge(outage(**{"impact.sufferers": {"by": {"other": {"n": n}}}, "impact": [row(to="2026-11-20T18:00+09:00")]}), as_of="2026-11-20T20:00+09:00"), MAJOR)
        check.that(v["verdict"] == want, f"{n} users", v["verdict"])
        due = [d["due"].get("day") for d in v["duties"] if "due" in d]
        check.that(due == (["2026-12-21"] if want == "met" else []), f"the report of {n} users is due on a day that is open", due)
    check.that(verdict(w.judge(outage(operator_class=["electricity.utility"])), MAJOR) is None, "who is not bound hears nothing of it")


def alike(w):
    """The same document by the command and by the API, to the byte."""
    for facts in ({}, {"operator_class": ["telecom.carrier"]}, outage(), outage(impact=[row(to="2026-11-20T17:10+09:00")])):
        a = w.k.call("POST", "/api/judge", {"facts": facts, "as_of": AS_OF}, w.token)
        c = command(facts, "--json", "--explain")
        check.that(a.json == json.loads(c.stdout), "API and command agree", (a.body[:300], c.stdout[:300]))
        check.that(a.body == w.k.call("POST", "/api/judge", {"facts": facts, "as_of": AS_OF}, w.token).body, "twice the same bytes")
    a = w.judge({})
    check.that(a["pack"] == "jp" and a["pack_version"] and a["as_of"] == "2026-11-20T08:19:00.000Z" and set(a) == {"pack", "pack_version", "pack_hash", "as_of", "verdicts", "ask"}, "what it rests on", list(a))
    check.that(a["pack_hash"] == content_hash(os.path.join(ROOT, "packs", "jp")), "the hash of what the pack says, worked out here", a["pack_hash"])
    check.that(w.judge({}, pack="jp") == a, "the pack by name")


def ranking(verdicts, facts, costs):
    """Best first: for each undecided rule the share of a question in its smallest deciding set, all added up, by the cost."""
    worth, rules, settles = {}, {}, {}
    for v in verdicts:
        if v["verdict"]["kind"] != "rule" or v["verdict"]["rests_on"]["status"] in ("memory", "proposed", "missing"):
            continue  # nobody is asked at 3 a.m. for what opens no duty
        best = {}
        for d in v["verdict"].get("deciding", []):
            for f in d["facts"]:
                key = (f["fact"], f.get("of"))
                costs[key[0]] = f["cost"]
                best[key] = max(best.get(key, 0), 12 // len(d["facts"]))
        for key, x in best.items():
            worth[key], rules[key], settles[key] = worth.get(key, 0) + x, rules.get(key, 0) + 1, settles.get(key, 0) + (x == 12)
    keys = [k for k in worth if not (isinstance(facts.get(k[0]), dict) and facts[k[0]].get("unknown") in ("pack", "cannot_know"))]
    return {k: (worth[k] / costs[k[0]], rules[k], settles[k]) for k in keys}


def questions(w):
    rng = random.Random(int(os.environ.get("KANAME_SEED", 7)))
    seen = set()
    full = outage()
    unknown = [{"unknown": u} for u in ("not_asked", "cannot_know", "future", "pack")]
    for _ in range(60):
        facts = {k: (rng.choice(unknown) if rng.random() < 0.3 and k not in ("operator_class", "known") else v) for k, v in full.items() if rng.random() < 0.6 or k == "operator_class"}
        a = w.k.call("POST", "/api/judge", {"facts": facts, "as_of": AS_OF}, w.token)
        if a.status == 422:
            continue
        costs = {}
        want, got = ranking(a.json["verdicts"], facts, costs), a.json["ask"]
        names = [(x["fact"], x.get("of") if x.get("of") in ("end", "onset") else None) for x in got]
        check.that(len(got) == min(12, len({(x["fact"], x.get("of")) for x in got})) and len(got) <= 12, "at most twelve, each once", names)
        if len(set(names)) == len(names) and all(n in want for n in names):
            check.that(all(want[x][0] >= want[y][0] for x, y in itertools.pairwise(names)), "best first", [(n, want[n]) for n in names])
            check.that([(x["rules"], x["settles"]) for x in got] == [want[n][1:] for n in names], "for how many rules", [(x["rules"], x["settles"]) for x in got])
            check.that(len(want) == len(got) or len(got) == 12, "nothing left out", set(want) - set(names))
            check.that(len(got) < 12 or min(want[n][0] for n in names) >= max([want[n][0] for n in set(want) - set(names)] or [0]), "nothing better left out")
            seen.add(len(got))
        for x in got:
            said = facts.get(x["fact"])
            check.that(not (isinstance(said, dict) and said.get("unknown") in ("pack", "cannot_know")), "not asked for what nobody can say", x["fact"])
            check.that(x["ask"]["ja"] and x["ask"]["en"] and x["known_by"] in ("operations", "planning", "engineering", "legal", "management", "privacy") and 1 <= x["cost"] <= 9, "words and who knows", x)
    check.that(len(seen) > 3, "lists of several lengths were looked at", seen)
    check.that(w.judge(outage() | {"operator_class": []})["ask"] == [], "nobody bound: nothing to ask")


def people(w):
    """What the command says to people: met, what turns, undecided; what nobody asked in one line; the list once at the end."""
    met = outage(impact=[row(to="2026-11-20T18:00+09:00")])
    r = command(met, as_of="2026-11-20T20:00+09:00")
    lines = r.stdout.splitlines()
    check.that(r.returncode == 10 and "該当します。" in lines[0], "met first", lines[:3])
    check.that(any("期限 2026年12月21日（月）" in x for x in lines), "with its day", r.stdout)
    r = command(outage(), lang="en")
    check.that(r.returncode in (0, 11) and 'it becomes "Met" at Fri 2026-11-20 18:00 JST (in 41 minutes)' in r.stdout.splitlines()[0], "what turns by time is first", r.stdout[:300])
    r = command({"operator_class": ["telecom.carrier"]}, lang="en")
    check.that(r.returncode == 11 and r.stdout.startswith("Undecided only because of what has not been entered") and r.stdout.count("To find out next") == 1, "what nobody asked is one line", r.stdout[:400])
    check.that("could make it" not in r.stdout and 1 <= sum(x.startswith("  - ") for x in r.stdout.splitlines()) <= 12, "questions once, at the end", r.stdout)
    whole = command({"operator_class": ["telecom.carrier"]}, "--explain", lang="en").stdout
    check.that("Undecided only because of" not in whole and whole.count(": Undecided, ") >= 3 and "?    " in whole, "--explain folds nothing", whole[:300])
    order = [next(i for i, x in enumerate(("Met.", "it becomes", "Undecided", "Covered", "have no version", "Not met")) if x in line) for line in whole.splitlines() if not line.startswith(" ") and ": " in line and any(x in line for x in ("Met.", "Undecided", "Covered", "have no version", "Not met"))]
    check.that(order == sorted(order), "in the order people read", order)
    check.that(command({}, lang="en").stdout == "No rule is met.\n" or "Undecided" in command({}, lang="en").stdout, "no facts at all")


def mistakes(w):
    f = {"operator_class": ["telecom.carrier"]}
    w.wrong({}, ("facts", "required"))
    w.wrong({"facts": []}, ("facts", "required"))
    w.wrong([], ("facts", "required"))
    w.wrong({"facts": {}, "extra": 1}, ("extra", "unknown_field"))
    w.wrong({"facts": {}, "as_of": "2026-11-20"}, ("as_of", "type"))
    w.wrong({"facts": {}, "pack": "zz"}, ("pack", "choice"))
    w.wrong({"facts": {}, "pack": ""}, ("pack", "choice"))
    w.wrong({"facts": {}, "pack": 7}, ("pack", "choice"))
    w.wrong({"facts": {"nosuch": True}}, ("facts/nosuch", "unknown_field"))
    w.wrong({"facts": {"known": None, "event.planned": "yes", "cause.facility_failure": "mine"}}, ("facts/known", "type"), ("facts/event.planned", "type"), ("facts/cause.facility_failure", "choice"))
    w.wrong({"facts": f | {"impact.sufferers": {"n": 1.5}}}, ("facts/impact.sufferers/n", "type"))
    w.wrong({"facts": f | {"impact.sufferers": {"n": -1}}}, ("facts/impact.sufferers/n", "range"))
    w.wrong({"facts": f | {"impact.sufferers": {"n": 2 ** 62}}}, ("facts/impact.sufferers/n", "range"))
    w.wrong({"facts": f | {"impact": [row(to="2026-11-20T15:00+09:00")]}, "as_of": AS_OF}, ("facts/impact/0/to", "range"))
    w.wrong({"facts": f | {"impact": [row(to="2026-11-20T18:00+09:00")]}, "as_of": AS_OF}, ("facts/impact/0/to", "range"))
    w.wrong({"facts": f | {"impact": [row(), row()]}, "as_of": AS_OF}, ("facts/impact/1", "range"))
    w.wrong({"facts": f | {"impact": [row()] * 1001}, "as_of": AS_OF}, ("facts/impact", "range"))
    w.wrong({"facts": {"known": "2026-11-20T17:20+09:00"}, "as_of": AS_OF}, ("facts/known", "range"))
    many = w.k.call("POST", "/api/judge", {"facts": {f"f{i}": 1 for i in range(2000)}}, w.token)
    check.that(many.status == 422 and len(many.json["mistakes"]) == 500 and many.json["more"] == 1500, "so many are not all told", many.status)
    en = w.k.call("POST", "/api/judge", {"facts": {"nosuch": 1}}, w.token, {"Accept-Language": "en"})
    check.that("No such word" in en.json["mistakes"][0]["text"], "in the reader's language", en.body)


SEGMENT = {"from": START, "to": "2026-11-20T17:00+09:00", "kind": "stopped", "class": "other"}


def line(*segments, **facts):
    return {"facts": {"operator_class": ["telecom.carrier"], "service_class": ["other"], "impact": [SEGMENT | s for s in segments]} | facts, "as_of": AS_OF}


def refused(w):
    """What cannot be true, by its path and its reason: asked by the command, by the API, and written as an incident."""
    past = lambda minutes: time.strftime("%Y-%m-%dT%H:%M:00.000Z", time.gmtime(time.time() - minutes * 60))
    own = lambda **more: {"kind": "stopped", "class": "other", "from": past(90), "to": past(60)} | more
    rows = (  # what, facts; where and why of them; fields of an incident; where and why of those
        ("negative users", line({"value": {"n": -1}}), ("facts/impact/0/value/n", "range", "cannot be negative"), {"segments": [own(value=-1)]}, ("segments/0/value", "range")),
        ("a negative number in a range", line({"value": {"lo": -1, "hi": 5}}), ("facts/impact/0/value/lo", "range", "cannot be negative"), {"segments": [own(value={"from": -1, "to": 5})]}, ("segments/0/value", "range")),
        ("negative sufferers", line({}, **{"impact.sufferers": {"by": {"other": {"n": -1}}}}), ("facts/impact.sufferers/by/other/n", "range", "cannot be negative"), {"facts": [{"fact": "impact.sufferers", "per": "other", "number": -1}]}, ("facts/0/number", "range")),
        ("end before start", line({"to": "2026-11-20T15:59+09:00"}), ("facts/impact/0/to", "range", "ends before it begins"), {"segments": [own(to=past(91))]}, ("segments/0/to", "range")),
        ("end at the start", line({"to": START}), ("facts/impact/0/to", "range", "ends before it begins, or at once"), {"segments": [own(to=past(90))]}, ("segments/0/to", "range")),
        ("overlap", line({}, {"from": "2026-11-20T16:59+09:00"}), ("facts/impact/1", "range", "overlaps segment 0"), {"segments": [own(), own(**{"from": past(61), "to": past(50)})]}, ("segments/1/from", "overlap")),
        ("wrong unit", line({"value": {"n": 5, "unit": "household"}}), ("facts/impact/0/value/unit", "choice", 'here it is "user"'), {"facts": [{"fact": "impact.base", "number": 1, "unit": "h"}]}, ("facts/0/unit", "choice")),
        ("wrong unit of another fact", line({}, **{"power.lost": {"n": 5, "unit": "h"}}), ("facts/power.lost/unit", "choice", 'here it is "kw"'), {"facts": [{"fact": "power.lost", "number": 1, "unit": "user"}]}, ("facts/0/unit", "choice")),
        ("null", line({}, known=None), ("facts/known", "type", "null is not allowed"), {"segments": [own(**{"from": None})]}, ("segments/0/from", "required")),
        ("null within", line({"value": {"lo": 1, "hi": None}}), ("facts/impact/0/value/hi", "type", "null is not allowed"), {"segments": [own(kind=None)]}, ("segments/0/kind", "required")),
        ("null as a value", line({"value": None}), ("facts/impact/0/value", "type", "null is not allowed"), {"facts": [None]}, ("facts/0", "type")),
    )
    editor = w.k.user("editor1", "risk_manager")
    for what, body, (path, code, why), fields, (field, reason) in rows:
        w.wrong(body, (path, code))
        c = command(body["facts"], lang="en")
        check.that(c.returncode == 2 and f"{path}: " in c.stderr and why in c.stderr and not c.stdout, f"{what}, by the command", (c.returncode, c.stderr))
        a = w.k.call("POST", w.k.at("incidents"), {"title": "中継網の停止", "operator_class": "telecom.carrier"} | fields, editor)
        found = [(m["path"], m["code"]) for m in a.json.get("mistakes", [])]
        check.that(a.status == 422 and (field, reason) in found and all(m["text"] for m in a.json["mistakes"]), f"{what}, as an incident", (a.status, a.body[:300]))
    ok = w.k.call("POST", w.k.at("incidents"), {"title": "中継網の停止", "operator_class": "telecom.carrier", "segments": [own(value=0), own(**{"from": past(60), "to": past(50)})]}, editor)
    check.status(ok, 201, "side by side, and nobody hit: that may be")
    w.judge(line({"value": {"n": 0}}, {"from": "2026-11-20T17:00+09:00", "to": "2026-11-20T17:01+09:00"})["facts"])
    twice = '{"facts": {"operator_class": ["telecom.carrier"], "impact": [{"from": "%s", "to": "open", "to": "open", "kind": "stopped"}]}}' % START
    a = w.k.call("POST", "/api/judge", token=w.token, raw=twice.encode(), headers={"Accept-Language": "en"})
    check.that(a.status == 400 and '"facts/impact/0/to" is there twice' in a.json["detail"], "a name twice, by its path", (a.status, a.body))
    c = subprocess.run([PROGRAM, "judge", "-", "--lang", "ja"], input=twice, capture_output=True, text=True, timeout=60)
    check.that(c.returncode == 2 and "「facts/impact/0/to」が二度あります（1行" in c.stderr, "by the command, in Japanese", c.stderr)
    a = w.k.call("POST", w.k.at("incidents"), token=editor, raw=b'{"title": "a", "segments": [{"kind": "stopped"}, {"kind": "stopped", "kind": "degraded"}]}', headers={"Accept-Language": "en", "Idempotency-Key": "twice-0001"})
    check.that(a.status == 400 and '"segments/1/kind" is there twice' in a.json["detail"], "as an incident", (a.status, a.body))


def million(w):
    """A million points: refused at once, in little memory."""
    editor = w.k.user("editor2", "risk_manager")
    one = json.dumps(SEGMENT, separators=(",", ":"))
    for what, n, points in (("a million rows", 10 ** 6, one), ("a million of nothing", 10 ** 6, "{}"), ("as many as fit", 9000, one)):
        body = ('{"facts":{"impact":[' + ",".join([points] * n) + "]}}").encode()
        began = time.monotonic()
        c = subprocess.run(["/usr/bin/env", "python3", "-c", "import resource, subprocess, sys; r = subprocess.run(sys.argv[1:], stdin=sys.stdin); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(r.returncode)",
                            PROGRAM, "judge", "-", "--lang", "en"], input=body, capture_output=True, timeout=60)
        said = c.stderr.decode()
        check.that(c.returncode == 2 and ("Too large" in said or "facts/impact: At most 1000 segments (9000 given)." in said), f"{what}, by the command", (c.returncode, said[-300:]))
        check.that(int(said.split()[-1]) < 150_000, f"{what}: memory in kB", said.split()[-1])
        if len(body) < 4 << 20:  # what is larger no connection takes
            a = w.k.call("POST", "/api/judge", token=w.token, raw=body)
            check.that(a.status == 413, f"{what}, by the API", a.status)
            a = w.k.call("POST", w.k.at("incidents"), token=editor, raw=b'{"title": "a", "segments": [' + b",".join([b"{}"] * n) + b"]}", headers={"Idempotency-Key": "million-%d" % n})
            check.that(a.status in (413, 422), f"{what}, as an incident", (a.status, a.body[:200]))
        check.that(time.monotonic() - began < 20, f"{what}: in time", time.monotonic() - began)
    check.that(w.k.call("GET", "/healthz").status == 200, "it lives on")


def hostile(w):
    def raw(data, want, headers=None):
        began = time.monotonic()
        a = w.k.call("POST", "/api/judge", token=w.token, raw=data, headers=headers or {})
        check.that(a.status in want, f"hostile {data[:40]!r}", (a.status, a.body[:200]))
        check.that(time.monotonic() - began < 5, f"hostile {data[:40]!r} in time", time.monotonic() - began)
    raw(b"", {400})
    raw(b"{", {400})
    raw(b"null", {400})
    raw(b'"facts"', {400, 422})
    raw(b'{"facts":{},"facts":{}}', {400})
    raw(b"[" * 100000, {400})
    raw(b'{"facts":' * 70 + b"1" + b"}" * 70, {400})
    raw(b'{"facts":{"known":"\xff\xfe"}}', {400})
    raw('{"facts":{"known":"\\u0000"}}'.encode(), {400, 422})
    raw(b'{"facts":{"known":1e999}}', {400, 422})
    raw(b'{"facts":{"impact.sufferers":{"n":99999999999999999999999}}}', {400, 422})
    raw(b'{"facts":{' + b",".join(b'"a%d":1' % i for i in range(20000)) + b"}}", {413, 422})
    raw(b'{"facts":{"note":"' + b"x" * (256 << 10) + b'"}}', {413})
    raw(b'{"facts":{}}' + b" " * ((256 << 10) - 12), {200})
    raw(b'{"facts":{}}' + b" " * ((256 << 10) - 11), {413})
    raw(b'{"facts":{}}', {415}, {"Content-Type": "application/x-www-form-urlencoded"})
    raw(b'{"facts":{}}', {415}, {"Content-Type": "text/plain"})
    for as_of in ("0001-01-01T00:00Z", "9999-12-31T23:59Z", "1800-01-01T00:00Z", "2999-12-31T23:59Z"):
        raw(json.dumps({"facts": outage(impact={"unknown": "not_asked"}, known={"unknown": "not_asked"}), "as_of": as_of}).encode(), {200, 422})
    # As much as may be sent: every row a range of times and of users, in classes, kinds and areas of its own.
    classes = ("emergency_voice", "non_emergency_voice", "lpwa", "free_internet", "other")
    rows = [{"from": {"earliest": "2026-11-20T01:00Z", "latest": "2026-11-20T02:00Z"}, "to": {"earliest": "2026-11-20T02:30Z", "latest": "2026-11-20T08:00Z"}, "kind": k, "class": c, "group": f"g{g}", "value": {"lo": g, "hi": 9 ** 9}}
            for g in range(100) for c in classes for k in ("stopped", "degraded")]
    w.judge({"operator_class": ["telecom.carrier", "telecom.designated_user_info"], "impact": rows[:900]})
    began = time.monotonic()
    raw(json.dumps({"facts": {"operator_class": ["telecom.carrier"], "impact": rows}, "as_of": AS_OF}, separators=(",", ":")).encode(), {200, 413})
    check.that(time.monotonic() - began < 5, "a thousand rows of ranges")
    check.that(w.k.call("GET", "/healthz").status == 200, "it lives on")


def who(w):
    k = w.k
    body = {"facts": outage(), "as_of": AS_OF}
    check.status(k.call("POST", "/api/judge", body), 401, "nobody")
    check.status(k.call("POST", "/api/judge", body, "kn_" + "0" * 64), 401, "a token that is none")
    k.command("user", "add", "--login", "nowhere", "--roles", "viewer")
    ro = k.command("token", "create", "--user", "nowhere", "--read-only").strip()
    check.status(k.call("POST", "/api/judge", body, ro), 200, "a token that only reads")
    link = k.command("user", "link", "--user", "viewer1").split("link=")[-1].split()[0]
    session = k.enter(link)
    check.status(k.call("POST", "/api/judge", body, headers=session), 200, "a session")
    check.status(k.call("POST", "/api/judge", body, headers={"Cookie": session["Cookie"]}), 200, "it changes nothing: no token of the page is asked for")
    for foreign in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        check.status(k.call("POST", "/api/judge", body, headers=session | foreign), 403, f"from another page {foreign}")
    for m in ("GET", "PUT", "PATCH", "DELETE"):
        check.status(k.call(m, "/api/judge", body if m in ("PUT", "PATCH") else None, w.token), 405, m)
    check.status(k.call("POST", "/api/judge", body, w.token, {"Idempotency-Key": ""}), 200, "without a key: nothing to repeat")


def kept(w):
    """No record, no leaf of the history, no answer: the same data before and after."""
    admin = w.k.user("auditor1", "auditor")
    def state():
        return w.k.call("GET", w.k.at("log"), token=admin).body, w.k.call("GET", w.k.at("checkpoint"), token=admin).body
    before = state()
    for _ in range(5):
        w.judge(outage())
    check.that(state() == before, "nothing is kept")


def bad_pack():
    """A pack whose law is wrong stops the start."""
    import shutil, tempfile
    d = tempfile.mkdtemp(prefix="kaname-judge-")
    shutil.copytree(os.path.join(ROOT, "packs"), os.path.join(d, "packs"))
    k = Kaname(None, os.path.join(d, "packs"))
    path = os.path.join(d, "packs", "jp", "rules", "telecom", "major-accident.json")
    with open(path) as f:
        text = f.read()
    with open(path, "w") as f:
        f.write(text.replace('"cause.facility_failure"', '"cause.nosuch"', 1))
    r = subprocess.run([PROGRAM, "serve", "--db", k.db, "--listen", f"127.0.0.1:{k.port}", *k.packs], capture_output=True, text=True, timeout=30)
    check.that(r.returncode != 0 and "cause.nosuch" in r.stderr and "major-accident.json:" in r.stderr, "the mistake is named", (r.returncode, r.stderr[:300]))
    k.close()
    shutil.rmtree(d)


def run(postgres):
    w = World(postgres)
    for part in (boundary, alike, questions, people, mistakes, refused, million, hostile, who, kept):
        part(w)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "audit afterwards")
    w.k.close()


on_both(run)
bad_pack()
check.end()
