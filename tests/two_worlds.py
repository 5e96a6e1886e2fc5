#!/usr/bin/env python3
"""
Black box: two servers with the same data, except that in one the OTHER organisation has one more asset, with everything that hangs on it.
Whatever a viewer of the first organisation asks, both answer alike (ids, hashes, times and signatures masked): nothing shows through.
"""
import os, re, sys
from urllib.parse import quote
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()
HIDDEN = "秘密の浄水場制御装置"
NO = "00000000-0000-4000-8000-000000000009"
MASKS = [(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", b"ID"), (rb"\b[0-9a-f]{64}\b", b"HASH"),
         (rb"\d{4}-\d\d-\d\dT[0-9:.]+Z", b"TIME"), (rb"[A-Za-z0-9+/]{40,}={0,2}", b"BASE64"), (rb"kaname/[0-9a-f]{16}", b"KEY")]


def post(k, org, token, path, body):
    a = k.call("POST", f"/api/orgs/{org}/{path}", body, token)
    assert a.status == 201, (path, a.status, a.body.decode())
    return a.json["id"]


class World:
    def __init__(self, postgres, with_hidden):
        k = self.k = Kaname(postgres)
        self.b = k.command("org", "add", "--name", "別の組織").split()[-1]
        mine, theirs, self.viewer = (self.person(*x) for x in (("ciso1", "ciso", k.org), ("ciso2", "ciso", self.b), ("viewer1", "viewer", k.org)))
        k.start()
        self.ids = self.fill(k.org, mine)
        self.theirs = self.fill(self.b, theirs)
        if with_hidden:
            t = self.theirs
            a = post(k, self.b, theirs, "assets", {"name": HIDDEN, "kind": "control", "confidentiality": 3, "owner": t["unit"], "suppliers": [t["supplier"]], "review_on": "2026-12-01", "description": "水位の監視"})
            self.hidden = a
        self.more = self.fill(k.org, mine, 100)  # written afterwards: numbers and rows follow

    def person(self, login, role, org):
        self.k.command("user", "add", "--login", login, "--roles", role, "--org", org)
        return self.k.command("token", "create", "--user", login).strip()

    def fill(self, org, token, n=0):
        k, x = self.k, {}
        x["unit"] = post(k, org, token, "units", {"name": f"施設課{n}"})
        x["supplier"] = post(k, org, token, "suppliers", {"name": f"水処理株式会社{n}", "telephone": "03-0000-0000"})
        x["service"] = post(k, org, token, "services", {"name": f"水道の供給{n}", "sector": "water", "owner": x["unit"]})
        for i in range(n, n + 7):
            kind = ("system", "control", "network")[i % 3]
            x["asset"] = post(k, org, token, "assets", {"name": f"浄水場の監視装置{i}", "kind": kind, "owner": x["unit"], "services": [x["service"]],
                "confidentiality": i % 3 + 1, "review_on": f"2027-0{i % 7 + 1}-01", "description": "水位の監視"})
        x["risk"] = post(k, org, token, "risks", {"title": f"装置の停止{n}"})
        return x

    def paths(self):
        """Some hundred, the same in both worlds but for the ids."""
        out = ["home", "meta", "people", "log", "log?before=3", "checkpoint", "nothing", "log?object=" + self.ids["asset"], "log?object=" + self.b, "log?before=x"]
        words = [HIDDEN, "秘密", "浄水", "浄", "監視 装置", "水位の監視", "A-0008", "A-0015", "control", '"', "*", "o2", "無い言葉", ""]
        out += ["search?q=" + quote(w) for w in words] + ["assets?q=" + quote(w) for w in words]
        for f in ("kind=control", "kind=x", "confidentiality=3", "confidentiality.min=2", "confidentiality.max=1", "confidentiality.none=1", "owner=" + self.ids["unit"],
                  "owner=" + self.theirs["unit"], "owner=" + NO, "services=" + self.ids["service"], "suppliers=" + self.theirs["supplier"], "review_on.max=2026-12-31",
                  "nonsense=1", "removed=1", "name=" + quote(HIDDEN), "limit=0", "limit=3", "limit=200", "cursor=zzz", "kind=control&confidentiality=3"):
            out.append("assets?" + f)
        out += [f"assets?ids={i}" for i in (self.theirs["asset"], NO, self.ids["asset"] + "," + self.theirs["asset"])]
        for s in ("name", "-name", "number", "-number", "review_on", "-review_on", "kind", "confidentiality", "nonsense", "description"):
            out += ["assets?sort=" + s, "assets?limit=4&sort=" + s]
        for r in ("units", "suppliers", "contacts", "services", "dependencies", "common-causes", "cascades", "certificates", "meetings", "risks", "issues", "triggers", "criteria-sets", "plans", "consultations"):
            out += [r, r + "?sort=-number&limit=2", r + ".csv"]
        for r in ("unit", "supplier", "service", "asset", "risk"):
            out += [f"{r}s/{i}{tail}" for i in (self.ids[r], self.more[r], self.theirs[r], NO) for tail in ("", "/referrers", "/versions")]
        out += ["risks/reports/between?from=2026-01-01", "risks/reports/between?from=2026-01-01&to=2026-01-02", "issues/reports/ages", "dependencies/reports/graph", "dependencies/reports/net.json", "dependencies/reports/singles", "dependencies/reports/reach?node=A-0001"]
        out += ["assets.csv", "assets/" + NO, "assets/" + NO + "/receipt", "assets/" + self.theirs["asset"] + "/receipt"]
        return [self.k.at(p) for p in out] + [f"/api/orgs/{o}/{p}" for o in (self.b, NO) for p in ("assets", "home", "search?q=" + quote(HIDDEN), "meta")] + [
            "/api/session", "/api/account/tokens", "/api/openapi.json", "/healthz", "/api/meta?org=" + self.b]


def masked(answer):
    body = answer.body
    for pattern, name in MASKS:
        body = re.sub(pattern, name, body)
    heads = {n: v for n, v in answer.headers.items() if n not in ("date", "content-length")}
    return answer.status, heads, body


def pages(w, query):
    """All pages behind a list, by its own cursors."""
    out, cursor = [], ""
    while True:
        a = w.k.call("GET", w.k.at(query) + ("&cursor=" + quote(cursor) if cursor else ""), token=w.viewer)
        check.status(a, 200, "page of " + query)
        if a.status != 200:
            return out
        out.append([(x["number"], x.get("name")) for x in a.json["items"]] + [a.json["total"]])
        cursor = a.json["next"]
        if not cursor:
            return out


def run(postgres):
    plain, other = World(postgres, False), World(postgres, True)
    statuses = {}
    for p, q in zip(plain.paths(), other.paths()):
        a, b = (w.k.call("GET", x, token=w.viewer) for w, x in ((plain, p), (other, q)))
        check.that(masked(a) == masked(b), "the worlds differ at " + p, (masked(a), masked(b)))
        check.that(HIDDEN.encode() not in b.body or "search" not in q and HIDDEN in q, "the hidden name in " + q, b.body[:300])
        statuses[a.status] = statuses.get(a.status, 0) + 1
    check.that(set(statuses) >= {200, 400, 404} and statuses[200] > 60, "answers of all sorts", statuses)
    a, b = (other.k.call("GET", other.k.at("assets/" + i), token=other.viewer) for i in (other.hidden, NO))
    check.that(masked(a) == masked(b) and a.body == b.body, "the hidden asset is no asset", (a.body, b.body))
    a, b = (other.k.call("GET", other.k.at("assets?ids=" + i), token=other.viewer) for i in (other.hidden, NO))
    check.that(a.status == 200 and a.json["items"] == [] and masked(a) == masked(b), "nor is it found by its id among others", (a.body, b.body))
    for s in ("name", "-review_on", "confidentiality", "number"):
        check.that(pages(plain, "assets?limit=3&sort=" + s) == pages(other, "assets?limit=3&sort=" + s), "pages by " + s)
    for w in (plain, other):
        w.k.stop()
        w.k.close()


on_both(run)
check.end()
