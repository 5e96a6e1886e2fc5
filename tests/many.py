#!/usr/bin/env python3
"""Black box: one change to many records: tried, made, taken back; all or nothing; every mistake of every record at once. On SQLite and PostgreSQL."""
import os, sys, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname, on_both

check = Checks()


class Many(Desk):
    def __init__(self, k, t):
        super().__init__(k, t, check)
        self.unit = self.make("units", {"name": "施設課"})
        self.other = self.make("units", {"name": "総務課"})
        self.assets = [self.make("assets", {"name": f"装置{i}", "kind": "control", "owner": self.unit["id"]} | ({"place": "本庁"} if i % 2 else {})) for i in range(20)]

    def now(self):
        return {x["id"]: x for x in self.k.call("GET", self.k.at("assets?limit=200"), token=self.t).json["items"]}

    def bulk(self, records, change=None, dry=False, token=None, path="assets", **more):
        return self.k.call("POST", self.k.at(path + "/bulk") + ("?dry=1" if dry else ""), {"records": records} | ({"change": change} if change is not None else {}) | more, token or self.t)

    def all(self):
        return [{"id": x["id"], "version": x["version"]} for x in self.now().values()]


def tried_made_undone(m):
    before = m.now()
    leaves = m.k.call("GET", m.k.at("log"), token=m.t).json["leaves"][0]["index"]
    change = {"owner": m.other["id"], "place": None}
    a = m.bulk(m.all(), change, dry=True)
    check.that(a.status == 200 and a.json["dry"] and all(r["changed"] for r in a.json["records"]), "trial", a.body[:400])
    check.that(m.now() == before and m.k.call("GET", m.k.at("log"), token=m.t).json["leaves"][0]["index"] == leaves, "a trial leaves nothing behind")
    check.that(a.json["_titles"][m.unit["id"]]["title"] == "施設課" and a.json["_titles"][m.other["id"]]["title"] == "総務課", "what it was and what it becomes have names")
    b = m.bulk(m.all(), change, reason="組織改正")
    check.that(b.status == 200 and [r["after"] for r in b.json["records"]] == [r["after"] for r in a.json["records"]], "made as tried", b.body[:400])
    after = m.now()
    check.that(all(x["owner"] == m.other["id"] and x["place"] is None and x["version"] == 2 for x in after.values()), "changed", list(after.values())[0])
    check.that(set(b.json["records"][0]["before"]) <= {"owner", "place"}, "only what differs is told", b.json["records"][0])
    one = b.json["records"][0]
    v = m.k.call("GET", m.k.at("assets/" + one["id"] + "/versions"), token=m.t).json["versions"][0]
    check.that(v["reason"] == "組織改正", "every version carries the reason", v)
    again = m.bulk(m.all(), change)
    check.that(again.status == 200 and not any(r["changed"] for r in again.json["records"]) and m.now() == after, "what changes nothing makes no version")
    undo = m.bulk([{"id": r["id"], "version": r["version"], "change": r["before"]} for r in b.json["records"]])
    check.status(undo, 200, "undo")
    same = lambda x: {f: x[f] for f in ("owner", "place", "name", "kind")}
    check.that({i: same(x) for i, x in m.now().items()} == {i: same(x) for i, x in before.items()}, "as it was")


def all_or_nothing(m):
    before = m.now()
    records = m.all()
    records[3]["version"] = 1  # somebody saved meanwhile
    records[5]["id"] = str(uuid.uuid4())
    records[7]["change"] = {"name": "", "kind": "無い"}
    records[9]["change"] = {"nothing": 1}
    a = m.bulk(records, {"description": "点検"})
    paths = {(x["path"], x["code"]) for x in a.json["mistakes"]}
    check.that(a.status == 422 and {("records/3", "stale"), ("records/5", "not_found"), ("records/7/kind", "choice")} <= paths and any(p.startswith("records/9/") for p, _ in paths), "every mistake of every record", paths)
    check.that(m.now() == before, "and nothing was changed")
    twice = m.all()[:1] * 2
    check.status(m.bulk(twice, {"description": "x"}), 422, "the same record twice")
    check.that(m.now() == before, "nothing was changed either")
    foreign = m.bulk([{"id": m.unit["id"], "version": 1}], {"description": "x"})
    check.that(foreign.status == 422 and foreign.json["mistakes"][0]["code"] == "not_found", "a record of another register", foreign.body)


def refused(m, viewer):
    one = m.all()[:1]
    for body, what in (({}, "no records"), ({"records": []}, "none"), ({"records": [1]}, "not an object"), ({"records": one}, "no change"), ({"records": [{"id": "x", "version": 1}], "change": {}}, "no id"),
                       ({"records": [{"id": one[0]["id"], "version": "1"}], "change": {}}, "version in words"), ({"records": one * 501, "change": {}}, "too many")):
        check.status(m.k.call("POST", m.k.at("assets/bulk"), body, m.t), 400, what)
    check.status(m.bulk(one, {"description": "x"}, token=viewer), 403, "a viewer")
    key = {"Idempotency-Key": "bulk-" + uuid.uuid4().hex}
    body = {"records": m.all()[:2], "change": {"description": "二度送る"}}
    a, b = (m.k.call("POST", m.k.at("assets/bulk"), body, m.t, key) for _ in range(2))
    check.that(a.status == b.status == 200 and a.body == b.body, "sent twice, done once", b.body[:300])


def run(postgres=None):
    k = Kaname(postgres)
    t, viewer = k.user("ciso1", "ciso"), k.user("viewer1", "viewer")
    k.start()
    m = Many(k, t)
    tried_made_undone(m)
    all_or_nothing(m)
    refused(m, viewer)
    check.that('"findings":0' in k.command("audit", "verify"), "the history holds")
    k.close()


on_both(run)
check.end()
