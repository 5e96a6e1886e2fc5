#!/usr/bin/env python3
"""
Black box: what needs what. Dependency records and what they refuse, the net that comes of all registers node by node, and the file for `kaname cascade`.
"""
import json, math, os, sys, time, uuid
from xml.etree import ElementTree
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname

check = Checks()


class City:
    """A pump on a grid and a generator, read by a control room over two carriers; a service of water, and one of telephones."""

    def __init__(self, d):
        self.d = d
        v = lambda name, **more: d.make("suppliers", {"name": name, **more})
        a = lambda name, kind="facility", **more: d.make("assets", {"name": name, "kind": kind, **more})
        self.grid = v("電力会社", per_century=100, repair_hours={"from": 2, "to": 10})
        self.first, self.second = v("回線一"), v("回線二")
        self.water = d.make("services", {"name": "水道", "users": {"from": 40000, "to": 50000}})
        self.phone = d.make("services", {"name": "電話", "users": 30000, "service_class": "other", "depends_on": [self.water["id"]]})
        self.engine = a("発電機", per_century=30, repair_hours=8, black_start=True)
        self.control = a("監視室", "control", suppliers=[self.first["id"], self.second["id"]])
        self.pump = a("ポンプ", services=[self.water["id"]], depends_on=[self.control["id"], self.engine["id"]], suppliers=[self.grid["id"]])

    def power(self, **more):
        return {"title": "ポンプの電源", "asset": self.pump["id"], "on_assets": [self.engine["id"]], "on_suppliers": [self.grid["id"]], "fails_when": "all", "buffer_minutes": 90, "cost": 1200000, **more}


def mistakes(d, path, body):
    return sorted((m["path"], m["code"]) for m in d.make(path, body, 422)["mistakes"])


def refused(d, c):
    who = {"asset": c.pump["id"], "service": c.water["id"]}
    for body, expected in (
            (c.power(asset=None), [("asset", "required")]),
            (c.power(service=c.water["id"]), [("service", "choice")]),
            (c.power(on_assets=[], on_suppliers=[]), [("on_assets", "required")]),
            (c.power(on_assets=[c.pump["id"]]), [("on_assets", "choice")]),
            ({"title": "t", "service": who["service"], "on_services": [who["service"]], "fails_when": "any"}, [("on_services", "choice")]),
            (c.power(fails_when=None), [("fails_when", "required")]),
            (c.power(fails_when="some"), [("some", "required")]),
            (c.power(fails_when="some", some=3), [("some", "range")]),
            (c.power(some=1), [("some", "choice")]),
            (c.power(buffer_minutes=-1), [("buffer_minutes", "range")]),
            (c.power(cost=-1), [("cost", "range")]),
            (c.power(on_assets=[str(uuid.uuid4())]), [("on_assets", "reference")]),
            (c.power(asset=None, on_assets=[], on_suppliers=[], fails_when="some"), [("asset", "required"), ("on_assets", "required"), ("some", "required")])):
        check.that(mistakes(d, "dependencies", {k: v for k, v in body.items() if v is not None}) == sorted(expected), "refused by its place", (body, expected))
    for body, expected in (({"title": "地震"}, [("assets", "required")]), ({"title": "地震", "assets": [c.pump["id"]], "percent": 101}, [("percent", "range")])):
        check.that(mistakes(d, "common-causes", body) == expected, "a cause hits something", body)
    check.that(mistakes(d, "services", {"name": "放送", "service_class": "radio"}) == [("service_class", "choice")], "a class of the table")


def nodes(d):
    g = d.get("dependencies/reports/graph")
    return g, {n["id"]: n for n in g["net"]["nodes"]}


def plain(d, c):
    """Without a record every reference is a need by itself."""
    g, n = nodes(d)
    check.that(g["net"]["format"] == "kaname-net/1" and g["net"]["title"] and not g["cut"] and g["net"]["causes"] == [], "the document", g["net"].get("title"))
    described = d.k.call("GET", "/api/openapi.json").json["paths"]["/api/orgs/{org}/dependencies/reports/net.json"]["get"]["responses"]["200"]["content"]
    check.that(described == {"application/json": {"schema": {"type": "object"}}}, "a file of JSON is described as what it is, not as tables", described)
    check.that(list(n) == ["S-0001", "S-0002", "A-0001", "A-0002", "A-0003", "V-0001", "V-0002", "V-0003"], "services, assets, suppliers by number", list(n))
    needs = {i: [(x["of"], x["fails_when"], x.get("buffer"), x.get("cost")) for x in v["needs"]] for i, v in n.items() if v["needs"]}
    check.that(needs == {"S-0001": [(["A-0003"], "any", None, None)], "S-0002": [(["S-0001"], "any", None, None)],
                         "A-0002": [(["V-0002"], "any", None, None), (["V-0003"], "any", None, None)],
                         "A-0003": [([x], "any", None, None) for x in ("A-0001", "A-0002", "V-0001")]}, "what references say", needs)
    check.that([len(x) for x in g["needs"]] == [1, 1, 0, 2, 3, 0, 0, 0] and not any(r for x in g["needs"] for r in x), "no record behind them", g["needs"])
    check.that(math.isclose(n["V-0001"]["chance"], 1 - math.exp(-1)) and n["V-0001"]["repair"] == {"low": 2, "mode": 6, "high": 10}, "a chance in one year, a range of repair", n["V-0001"])
    check.that(math.isclose(n["A-0001"]["chance"], 1 - math.exp(-0.3)) and n["A-0001"]["repair"] == 8 and n["A-0001"]["black_start"] is True, "own failures", n["A-0001"])
    check.that("chance" not in n["A-0002"] and "repair" not in n["A-0002"] and "black_start" not in n["A-0002"] and n["A-0002"]["kind"] == "control", "what is not known is not said", n["A-0002"])
    check.that(n["S-0001"]["users"] == 45000 and "service" not in n["S-0001"] and n["S-0002"]["service"] == "other" and n["S-0002"]["kind"] == "service", "users and class", n["S-0001"])
    check.that(g["records"]["A-0003"] == {"resource": "assets", "id": c.pump["id"]} and g["records"]["V-0001"]["resource"] == "suppliers", "which record a node is", g["records"]["A-0003"])


def fallen(d, node):
    return {x["id"]: x["path"] for x in d.get("dependencies/reports/reach?node=" + node)["fallen"]}


def reach(d, c):
    """One chosen: what falls with it, by the shortest way; which reports that would call for."""
    check.that(fallen(d, "V-0002") == {"S-0001": ["V-0002", "A-0002", "A-0003", "S-0001"], "S-0002": ["V-0002", "A-0002", "A-0003", "S-0001", "S-0002"],
                                       "A-0002": ["V-0002", "A-0002"], "A-0003": ["V-0002", "A-0002", "A-0003"], "V-0002": ["V-0002"]}, "by which way", fallen(d, "V-0002"))
    check.that(list(fallen(d, "S-0002")) == ["S-0002"], "nothing else")
    own, outside = (d.get("dependencies/reports/reach?node=" + x)["outage"] for x in ("A-0001", "V-0001"))
    check.that([(x["duty"], x["verdict"]) for x in own["duties"] if x["rule"] == "jp.telecom.major-accident"] == [("notice", "met"), ("first", "met"), ("detail", "met")], "30,000 users for eight hours", own["duties"])
    check.that(all(x["verdict"] == "undecided" and x["deciding"] for x in outside["duties"]) and len(outside["duties"]) >= 2 and len(outside["assumptions"]) == len(own["assumptions"]) + 1, "whose facility it was is open", outside)
    for wrong, status in (("", 400), ("?node=A-0099", 404), ("?node=", 404), ("?node=A-0001&x=1", 400), ("?node=" + "A" * 5000, 404)):
        d.get("dependencies/reports/reach" + wrong, status)


def singles(d, c):
    """Every single failure, by users and number; worked out by hand from City."""
    t = d.tables("dependencies/reports/singles")
    rows = [(r["of"]["number"], r["values"]["fallen"], r["values"].get("users"), [x["number"] for x in r.get("names", [])]) for r in t["singles"]]
    both = ["S-0001", "S-0002"]
    check.that(rows == [("V-0002", 5, 75000, both), ("V-0003", 5, 75000, both), ("A-0001", 4, 75000, both), ("A-0002", 4, 75000, both), ("V-0001", 4, 75000, both), ("A-0003", 3, 75000, both),
                        ("S-0001", 2, 75000, ["S-0002"]), ("S-0002", 1, 30000, [])], "the ranking", rows)
    by = {r["of"]["number"]: r["values"] for r in t["singles"]}
    check.that("該当：" in by["A-0001"]["reports"] and "未確定：" in by["V-0001"]["reports"] and by["V-0001"]["repair"] == {"from": 2, "to": 10}, "which reports it would call for", by["A-0001"])
    weak = [(r["of"]["number"], r["values"]["singles"], r["values"]["often"], r["values"]["unknown"]) for r in t["services"]]
    check.that(weak == [("S-0002", 7, 130, 5), ("S-0001", 6, 130, 4)] and [x["number"] for x in t["services"][1]["names"]] == ["A-0001", "A-0002", "A-0003", "V-0001", "V-0002", "V-0003"], "the weakest", weak)
    check.that(t["cuts"] == [], "nothing has a cost yet")
    for form in ("csv", "xlsx"):
        check.status(d.k.call("GET", d.k.at("dependencies/reports/singles." + form), token=d.t), 200, form)


def cuts(d, c, battery):
    """What is spared for its price: the power of the pump by itself spares nothing while the battery hangs on the same grid."""
    d.change("dependencies", battery, {"cost": 75000000})
    rows = [(r["of"]["title"], r["values"]["saved"], r["values"]["cost"], r["values"].get("price")) for r in d.tables("dependencies/reports/singles")["cuts"]]
    check.that(rows == [("蓄電池", 7500000, 75000000, 10000), ("ポンプの電源", 0, 1200000, None)], "cheapest first", rows)
    t = d.tables("dependencies/reports/singles")
    rows = {r["of"]["number"]: r["values"]["fallen"] for r in t["singles"]}
    check.that("A-0001" not in rows and rows["V-0001"] == 4 and "V-0002" not in rows, "one of two feeds and one of three lines bring nothing down", rows)


def recorded(d, c):
    """A record replaces the plain arrows between the same two, and no others."""
    power = d.make("dependencies", c.power())
    lines = d.make("dependencies", {"title": "監視の回線", "asset": c.control["id"], "on_suppliers": [c.first["id"], c.second["id"], c.grid["id"]], "fails_when": "some", "some": 2})
    g, n = nodes(d)
    check.that(n["A-0003"]["needs"] == [{"of": ["A-0001", "V-0001"], "fails_when": "all", "buffer": 1.5, "cost": 1200000}, {"of": ["A-0002"], "fails_when": "any"}], "the record, then what it does not speak of", n["A-0003"]["needs"])
    check.that(n["A-0002"]["needs"] == [{"of": ["V-0001", "V-0002", "V-0003"], "fails_when": 2}], "two of three", n["A-0002"]["needs"])
    at = [x["id"] for x in g["net"]["nodes"]].index("A-0003")
    check.that(g["needs"][at] == [{"id": power["id"], "number": "DEP-0001", "title": "ポンプの電源"}, None], "which record a need is", g["needs"][at])
    battery = d.make("dependencies", {"title": "蓄電池", "asset": c.pump["id"], "on_suppliers": [c.grid["id"]], "fails_when": "any", "buffer_minutes": 20})
    check.that([x["of"] for x in nodes(d)[1]["A-0003"]["needs"]] == [["A-0001", "V-0001"], ["V-0001"], ["A-0002"]], "two records of the same two both count", nodes(d)[1]["A-0003"]["needs"])
    return battery, lines


def causes(d, c):
    d.make("common-causes", {"title": "地震", "per_century": {"from": 2, "to": 4}, "percent": 40, "assets": [c.pump["id"], c.control["id"]], "suppliers": [c.grid["id"]]})
    d.make("common-causes", {"title": "頻度が分からない", "assets": [c.pump["id"]]})
    g = d.get("dependencies/reports/graph")["net"]["causes"]
    check.that(len(g) == 1 and g[0]["id"] == "CAU-0001" and math.isclose(g[0]["chance"], 1 - math.exp(-0.03)) and g[0]["hits"] == [{"node": x, "chance": 0.4} for x in ("A-0002", "A-0003", "V-0001")], "a cause with its hits", g)


def retired(d, c, lines):
    """Retired records are not there, and groups shrink to those that are."""
    k, t = d.k, d.t
    referred = k.call("DELETE", k.at("suppliers/" + c.second["id"]), token=t, headers={"If-Match": '"1"'})
    check.status(referred, 409, "what is relied on is not retired unseen")
    d.change("dependencies", lines, {"some": 2, "on_suppliers": [c.first["id"], c.grid["id"]]})
    d.change("assets", c.control, {"suppliers": []})
    check.status(k.call("DELETE", k.at("suppliers/" + c.second["id"]), token=t, headers={"If-Match": '"1"'}), 200, "now it is")
    n = nodes(d)[1]
    check.that("V-0003" not in n and n["A-0002"]["needs"] == [{"of": ["V-0001", "V-0002"], "fails_when": "all"}], "two of two are all", n["A-0002"]["needs"])


def cascade(d, c):
    """The whole net at random, in the background: refused while repairs are missing, one result, stale once a record changes, and not by a new name."""
    for body, path in (({}, "title"), ({"title": "連鎖", "scenarios": 999}, "scenarios"), ({"title": "連鎖", "scenarios": 10000001}, "scenarios"), ({"title": "連鎖", "hours": 8761}, "hours"), ({"title": "連鎖", "pairs": 501}, "pairs"), ({"title": "連鎖", "seed": -1}, "seed"),
                       ({"title": "連鎖", "input_hash": "x"}, "input_hash")):
        check.that(path in [m["path"] for m in d.make("cascades", body, 422)["mistakes"]], "named: " + path)
    r = d.make("cascades", {"title": "連鎖", "scenarios": 20000})
    check.that((r["number"], r["seed"], r["hours"], r["pairs"]) == ("CC-0001", 1, 720, 50), "what is left out is filled in, to be seen", r)
    report = lambda name: d.get(f"cascades/{r['id']}/reports/{name}")
    one = lambda path, x: d.get(f"{path}/{x['id']}")
    check.that(report("progress")["state"] == "none" and report("result")["state"] == "none", "nothing was calculated yet")
    d.act("cascades", r, "cancel", {}, 409)
    e = d.act("cascades", r, "start", {}, 409)
    check.that("A-0002" in e["detail"] and "A-0003" in e["detail"] and "A-0001" not in e["detail"], "whose repair is not known", e["detail"])
    for x in (c.control, c.pump):
        d.change("assets", one("assets", x), {"repair_hours": 3})
    r = d.act("cascades", r, "start", {})
    end = time.monotonic() + 60
    while report("progress")["state"] in ("waiting", "running") and time.monotonic() < end:
        time.sleep(0.02)
    a = report("result")
    check.that(a["state"] == "done" and a["input"]["hash"] == r["input_hash"] and a["stale"] == {"is": False, "records": False, "settings": False, "engine": False}, "done, and as the records are", {k: v for k, v in a.items() if k != "result"})
    found = {x["id"]: x for x in a["result"]["random"]["nodes"]["list"]}
    grid = 1 - (1 - (1 - math.exp(-1))) * (1 - (1 - math.exp(-0.03)) * 0.4)  # by itself, or by the earthquake
    check.that(found["V-0001"]["fails"]["low"] < grid < found["V-0001"]["fails"]["high"], "the grid as often as worked out by hand", (grid, found["V-0001"]["fails"]))
    check.that(found["S-0001"]["fails"]["value"] >= found["V-0001"]["fails"]["value"] and found["S-0001"]["out_hours"] > 0, "the service hangs on it", found["S-0001"])
    check.that([x["id"] for x in a["result"]["random"]["services"]["list"]] == ["S-0001", "S-0002"], "services by users", a["result"]["random"]["services"])
    d.change("assets", one("assets", c.pump), {"name": "ポンプ（改）"})
    check.that(not report("result")["stale"]["is"], "a new name changes no result")
    d.change("assets", one("assets", c.pump), {"per_century": 1})
    check.that(report("result")["stale"]["records"] and not report("result")["stale"]["settings"], "a new frequency does")
    d.change("cascades", one("cascades", r), {"seed": 2})
    check.that(report("result")["stale"]["settings"], "and so does another seed")


def files(d, c):
    a, g = (d.k.call("GET", d.k.at("dependencies/reports/" + x), token=d.t) for x in ("net.json", "graph"))
    check.that(a.status == 200 and a.headers["content-type"].startswith("application/json") and "net.json" in a.headers["content-disposition"], "a file to keep", dict(a.headers))
    check.that(json.loads(a.body) == g.json["net"], "the same net")
    b = d.k.call("GET", d.k.at("dependencies/reports/net.json"), token=d.t)
    check.that(a.body == b.body, "the same bytes for the same records")
    m = d.k.call("GET", d.k.at("dependencies/reports/net.graphml"), token=d.t)
    ids = [x.get("id") for x in ElementTree.fromstring(m.body).iter("{http://graphml.graphdrawing.org/xmlns}node")]
    check.that(m.status == 200 and set(ids) >= {x["id"] for x in g.json["net"]["nodes"]}, "GraphML of the same nodes", ids)


def run(postgres=None):
    k = Kaname(postgres)
    k.command("user", "add", "--login", "ciso1", "--roles", "ciso", "--org", k.org)
    t = k.command("token", "create", "--user", "ciso1").strip()
    k.start()
    d = Desk(k, t, check)
    check.that(d.get("dependencies/reports/graph")["net"]["nodes"] == [], "an empty organisation")
    for name in ("net.json", "net.graphml"):
        d.get("dependencies/reports/" + name, 409)
    check.that(all(x["rows"] == [] for x in d.get("dependencies/reports/singles")["tables"]), "no rows")
    c = City(d)
    refused(d, c)
    plain(d, c)
    reach(d, c)
    singles(d, c)
    battery, lines = recorded(d, c)
    cuts(d, c, battery)
    causes(d, c)
    retired(d, c, lines)
    files(d, c)
    cascade(d, c)
    check.that('"findings":0' in k.command("audit", "verify"), "the history holds")
    k.close()


run()
if os.environ.get("KANAME_PG"):
    run(os.environ["KANAME_PG"])
check.end()
