#!/usr/bin/env python3
"""Black box: the packs through the API; a bad pack stops the server from starting, with every mistake named."""
import json, os, shutil, sys, urllib.parse
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import ROOT, Checks, Kaname

check = Checks()


def browse(k, t):
    a = k.call("GET", "/api/packs", token=t)
    check.status(a, 200, "packs")
    jp = next(p for p in a.json["items"] if p["code"] == "jp")
    shipped = {l: json.load(open(os.path.join(ROOT, "packs", "jp", l + ".json"))) for l in json.load(open(os.path.join(ROOT, "packs", "jp", "pack.json")))["lists"]}
    check.that([(x["kind"], x["n"]) for x in jp["kinds"]] == [(l, len(d["items"])) for l, d in shipped.items()], "kinds and their numbers", jp)
    check.that(all(x["title"]["ja"] and x["title"]["en"] for x in jp["kinds"]), "titles in both languages")
    for kind, d in shipped.items():
        a = k.call("GET", f"/api/packs/jp/{kind}", token=t)
        check.status(a, 200, kind)
        for got, item in zip(a.json["items"], d["items"]):
            titles, code = got.pop("_titles"), got.pop("id")
            check.that({**got, "code": code} == item, f"{kind}: the item as it stands in the pack", code)
            got["id"] = code
            check.that(all(x["title"] == titles[x["code"]] for f in a.json["fields"] if f.get("kind") and item.get(f["name"])
                           for x in shipped[f["kind"]]["items"] if x["code"] == item[f["name"]]), "the title of what it names")
        codes = {c["code"] for c in a.json["checks"]}
        check.that(a.json["total"] == len(d["items"]) and all(i["check"] in codes for i in a.json["items"]), "total, and every check state is explained")
    for q, kind, want in (("ﾎﾞｳｻｲ", "services", 0), ("水道", "services", 1), ("WATER", "services", 1), ("侵入", "risk-sources", 1), ("水道 銀行", "services", 0)):
        n = k.call("GET", f"/api/packs/jp/{kind}?q={urllib.parse.quote(q)}", token=t).json["total"]
        check.that(n >= 1 if want else n == 0, f"search {q}", n)
    for path in ("jp/none", "none/events", "jp/..", "../events", "jp/events.json"):
        check.that(k.call("GET", "/api/packs/" + path, token=t).status in (400, 404), path)


def bad_packs(k):
    shutil.copytree(os.path.join(ROOT, "packs"), os.path.join(k.dir, "packs"))
    file = os.path.join(k.dir, "packs", "jp", "events.json")
    text = open(file).read()
    open(file, "w").write(text.replace('"check": "SEED"', '"check": "SED"', 1))
    r = k.command("serve", "--listen", f"127.0.0.1:{k.port}", "--packs", os.path.join(k.dir, "packs"), ok=False)
    check.that(r.returncode == 2 and "packs/jp" in r.stderr and "events.json:" in r.stderr and "SEED" in r.stderr, "a bad pack: the server does not start and says where", (r.returncode, r.stderr))
    open(file, "w").write(text)
    shutil.copytree(os.path.join(k.dir, "packs", "jp"), os.path.join(k.dir, "packs", "jq"))
    r = k.command("serve", "--listen", f"127.0.0.1:{k.port}", "--packs", os.path.join(k.dir, "packs"), ok=False)
    check.that(r.returncode == 5 and "jp" in r.stderr, "two packs of one name", (r.returncode, r.stderr))
    r = k.command("serve", "--listen", f"127.0.0.1:{k.port}", "--packs", os.path.join(k.dir, "nothing"), ok=False)
    check.that(r.returncode == 3, "no packs", (r.returncode, r.stderr))


def suggestions(k, t):
    """A service that starts from the plan: what a form offers, and the own target that may only be as strict or stricter."""
    meta = {r["name"]: {f["name"]: f for f in r["fields"]} for r in k.call("GET", k.at("meta"), token=t).json["resources"]}
    kinds = {x["kind"] for p in k.call("GET", "/api/packs", token=t).json["items"] for x in p["kinds"]}
    offered = {(r, n): f["suggest"] for r, fs in meta.items() for n, f in fs.items() if "suggest" in f}
    check.that(offered[("risk", "cause")] == "risk-sources" and offered[("risk", "event")] == "events" and set(offered.values()) <= kinds, "suggestions of fields", offered)
    check.that({x["field"] for x in meta["service"]["name"]["fills"]} <= set(meta["service"]), "what a choice fills are fields", meta["service"]["name"])
    cable = {"name": "有線放送", "catalogue": "cable"}
    for more, want, where in (({"own_minutes": 120}, 201, ""), ({"own_minutes": 60, "own_users": 30000}, 201, ""), ({"own_minutes": 121}, 422, "own_minutes"),
                              ({"own_minutes": 60, "own_users": 30001}, 422, "own_users"), ({"catalogue": "none"}, 422, "catalogue"),
                              ({"catalogue": "deposit", "own_minutes": 5000}, 201, ""), ({"catalogue": None, "own_minutes": 5000}, 201, "")):
        a = k.call("POST", k.at("services"), {**cable, "name": "有線放送" + str(more), **more}, t)
        check.status(a, want, f"own target {more}")
        check.that(a.status == 201 or [m["path"] for m in a.json["mistakes"]] == [where], f"where: {more}", a.body)


k = Kaname()
bad_packs(k)
t, ciso = k.user("reader", "viewer"), k.user("chief", "ciso")
k.start()
browse(k, t)
suggestions(k, ciso)
k.close()
check.end()
