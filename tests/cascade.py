#!/usr/bin/env python3
"""
Black box: kaname cascade on nets worked out by hand: what fails with what, in which order of time, which loops start again; chances against closed forms; both forms of the document and all
engines and threads give the same bytes; every mistake by its path; GraphML as another program reads it; a large net in seconds. No server, no database.
"""
import json, math, os, random, signal, subprocess, sys, tempfile, time
import xml.etree.ElementTree as ET
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, Checks

check = Checks()
DIR = tempfile.mkdtemp(prefix="kaname-cascade-")


def run(doc, *words, lang="en", timeout=240):
    text = doc if isinstance(doc, (str, bytes)) else json.dumps(doc)
    data = text if isinstance(text, bytes) else text.encode()
    r = subprocess.run([PROGRAM, "cascade", "-", "--lang", lang, *words], input=data, capture_output=True, timeout=timeout)
    r.out, r.err = r.stdout.decode(), r.stderr.decode()
    return r


def result(doc, *words):
    r = run(doc, "--json", *words)
    if r.returncode:
        check.that(False, f"runs: {str(doc)[:100]}", r.err)
        return {}
    return json.loads(r.out)


def net(*nodes, **more):
    return {"format": "kaname-net/1", "nodes": list(nodes), **more}


def node(id, *needs, **more):
    """needs: a list of suppliers (any), or (list, fails_when), or a need as it is."""
    whole = [n if isinstance(n, dict) else {"of": n} if isinstance(n, list) else {"of": n[0], "fails_when": n[1]} for n in needs]
    return {"id": id, **({"needs": whole} if whole else {}), **more}


def by_id(list_):
    return {x["id"]: x for x in list_["list"]}


GROUPS = net(node("a"), node("b", ["a"]), node("c", (["a", "x"], "all"), users=100, service="other"), node("x"), node("d", (["p", "q", "r"], 2), users=50, service="data"), node("p"), node("q"), node("r"))


def groups():
    """any, all and 2 of 3, each single and each pair."""
    r = result(GROUPS, "--pairs", "8")
    singles = by_id(r["singles"])
    check.that({k: (v["failed"], v["users"]) for k, v in singles.items()} == {"a": (2, 0), "b": (1, 0), "c": (1, 100), "x": (1, 0), "d": (1, 50), "p": (1, 0), "q": (1, 0), "r": (1, 0)}, "singles", singles)
    check.that([x["id"] for x in r["singles"]["list"][:3]] == ["c", "d", "a"], "worst first", r["singles"])
    pairs = {tuple(sorted(x["id"] for x in p["of"])): p for p in r["pairs"]["list"]}
    check.that(set(pairs) == {("a", "x"), ("p", "q"), ("p", "r"), ("q", "r")}, "pairs that are worse than one by one", sorted(pairs))
    p = pairs["a", "x"]
    check.that((p["failed"], p["failed_beyond"], p["users"], p["users_beyond"]) == (4, 1, 100, 100), "a reserve is lost", p)
    check.that(r["pairs"]["list"][0]["of"][0]["id"] == "a" and r["pairs_within"] == 8 and r["pairs"]["of"] == 4, "the pair that costs most comes first", r["pairs"])
    check.that("random" not in r and r["weighed_by"] == "users" and r["loops"]["of"] == 0, "without chances there are no probabilities", list(r))
    check.that("pairs" not in result(GROUPS, "--pairs", "0"), "no pairs wanted")
    c = singles["c"]
    check.that(c["services"]["list"] == [{"id": "c", "title": "c", "users": 100, "class": "other"}] and c["classes"] == [{"class": "other", "users_at_least": 100, "users_at_most": 100}], "users by class", c)
    two = result(net(node("s"), node("m1", ["s"], users=300, service="other"), node("m2", ["s"], users=200, service="other"), node("v", ["s"], users=10, service="emergency_voice")))
    classes = {x["class"]: (x["users_at_least"], x["users_at_most"]) for x in by_id(two["singles"])["s"]["classes"]}
    check.that(classes == {"other": (300, 500), "emergency_voice": (10, 10)}, "the users of two services of one class may be the same people", classes)


def inside(figure, want, what):
    """Four standard errors of 40,000 scenarios; the interval about the value."""
    check.that(abs(figure["value"] - want) < 4 * math.sqrt(want * (1 - want) / 40000) and figure["low"] <= figure["value"] <= figure["high"] and figure["high"] - figure["low"] < 0.02, what, (figure, want))


def chances():
    """Against closed forms, with 40,000 scenarios."""
    pa, px, pd = 0.3, 0.2, 0.1
    doc = net(node("a", chance=pa), node("x", chance=px), node("any", ["a", "x"], users=10), node("all", (["a", "x"], "all"), users=1000), node("p", chance=pd), node("q", chance=pd), node("r", chance=pd), node("two", (["p", "q", "r"], 2)), node("sure", chance=1), node("never"))
    r = result(doc, "--scenarios", "40000", "--seed", "5")
    n = by_id(r["random"]["nodes"])
    for id, want in (("a", pa), ("x", px), ("any", 1 - (1 - pa) * (1 - px)), ("all", pa * px), ("two", 3 * pd * pd * (1 - pd) + pd ** 3)):
        inside(n[id]["fails"], want, f"P({id} fails)")
    check.that(n["sure"]["fails"]["value"] == 1 and n["sure"]["fails"]["high"] == 1 and n["never"]["fails"]["value"] == 0 and n["never"]["fails"]["low"] == 0 < n["never"]["fails"]["high"] < 2e-4, "sure and never", (n["sure"], n["never"]))
    check.that(n["any"]["hit"]["value"] == 0 and n["a"]["hit"] == n["a"]["fails"], "hit by itself")
    k, m, z = round(n["a"]["fails"]["value"] * 40000), 40000, 1.959963984540054
    mid, half = (k / m + z * z / 2 / m) / (1 + z * z / m), z / (1 + z * z / m) * math.sqrt(k / m * (1 - k / m) / m + z * z / 4 / m / m)
    check.that(abs(n["a"]["fails"]["low"] - (mid - half)) < 1e-12 and abs(n["a"]["fails"]["high"] - (mid + half)) < 1e-12, "Wilson", n["a"]["fails"])
    want = 10 * (1 - (1 - pa) * (1 - px)) + 1000 * pa * px
    users = r["random"]["users"]
    half = (users["high"] - users["low"]) / 2
    check.that(abs(users["value"] - want) < 2.1 * half and abs(half - 1.96 * 240 / 200) < 0.2, "mean of users with its interval", (users, want))
    check.that(r["random"]["users_quantiles"] == {"0.5": 0, "0.95": 1010, "0.99": 1010}, "quantiles of users", r["random"])
    check.that([x["id"] for x in r["random"]["services"]["list"]] == ["all", "any"], "the weakest service first")
    want = pa + px + 1 - (1 - pa) * (1 - px) + pa * px + 3 * pd + 3 * pd * pd * (1 - pd) + pd ** 3 + 1
    check.that(abs(r["random"]["failed_mean"] - want) < 0.03, "mean of failed nodes", (r["random"]["failed_mean"], want))


def causes():
    """A cause hits many at once; by itself it is taken for sure."""
    doc = net(node("a"), node("b"), node("c", (["a", "b"], "all"), users=100), node("d"),
              causes=[{"id": "quake", "title": "Quake", "chance": 0.1, "hits": [{"node": "a"}, {"node": "b"}]}, {"id": "flood", "chance": 0.2, "hits": [{"node": "d", "chance": 0.5}]}])
    r = result(doc, "--scenarios", "40000")
    n, c = by_id(r["random"]["nodes"]), by_id(r["causes"])
    inside(n["c"]["fails"], 0.1, "both at once: no product of chances")
    inside(n["d"]["fails"], 0.1, "a hit by chance")
    check.that(c["quake"]["exact"] and c["quake"]["failed_mean"] == 3 and c["quake"]["users"] == {"value": 100, "low": 100, "high": 100} and c["quake"]["title"] == "Quake", "a sure cause", c["quake"])
    check.that(not c["flood"]["exact"] and abs(c["flood"]["failed_mean"] - 0.5) < 0.05 and c["flood"]["users"]["value"] == 0 and c["flood"]["chance"] == 0.2, "a cause that hits by chance", c["flood"])


def loops():
    plain = result(net(node("power", ["phone"]), node("phone", ["power"]), node("z", ["phone"]), node("y", ["z"])))
    l = plain["loops"]["list"]
    check.that(plain["loops"]["of"] == 1 and l == [{"size": 2, "nodes": ["power", "phone"], "restarts": False, "stuck": 2, "stuck_nodes": ["power", "phone"], "starters": ["power", "phone"]}], "a loop that waits for itself", l)
    started = result(net(node("power", ["phone"], black_start=True), node("phone", ["power"])))["loops"]["list"]
    check.that(started == [{"size": 2, "nodes": ["power", "phone"], "restarts": True}], "with a black start it comes back", started)
    reserve = result(net(node("power", (["phone", "radio"], "all")), node("phone", ["power"]), node("radio")))["loops"]["list"]
    check.that([(x["nodes"], x["restarts"]) for x in reserve] == [(["power", "phone"], True)], "with a reserve outside as well", reserve)
    both = result(net(node("a", ["b"]), node("b", ["a"]), node("c", ["d"]), node("d", ["e"]), node("e", ["c"])))["loops"]
    check.that([x["size"] for x in both["list"]] == [3, 2], "the larger first", both)
    hard = result(net(node("a", ["b"], ["c"]), node("b", ["a"]), node("c", ["b"], ["d"]), node("d", ["c"])))["loops"]["list"][0]
    check.that(hard["stuck"] == 4 and hard["starters"] == [], "no single start is enough", hard)
    some = result(net(node("a", ["b"]), node("b", (["a", "c"], 1)), node("c", ["b"])))["loops"]["list"][0]
    check.that(some["stuck"] == 3 and some["starters"] == ["b"], "b waits for both: only b frees it", some)
    hub = result(net(node("a", ["b"]), node("b", (["a", "c"], "all")), node("c", ["b"])))["loops"]["list"][0]
    check.that(hub["starters"] == ["a", "b", "c"], "b needs one of two: any start frees it", hub)
    failed = by_id(plain["singles"])
    check.that(failed["power"]["failed"] == 4 and failed["y"]["failed"] == 1, "failing runs round the loop", failed)


def spans(r, scenario=0):
    return {x["id"]: [(s["from"], s["to"]) for s in x["spans"]] for x in r["given"]["list"][scenario]["failed"]["list"]}


def times():
    """Buffers, repair, restart, hour by hour."""
    chain = net(node("power", repair=12, chance=0.5), node("phone", {"of": ["power"], "buffer": 4}, users=1000, service="other"), node("shop", {"of": ["phone"], "buffer": 10}), node("lamp", {"of": ["power"], "buffer": 12}), node("tap", {"of": ["power"], "buffer": 11.5}),
                scenarios=[{"id": "s", "hits": ["power"]}, {"id": "late", "hits": [{"node": "power", "at": 5, "repair": 20}]}])
    r = result(chain, "--times", "168", "--scenarios", "4096")
    got = spans(r)
    check.that(got == {"power": [(0, 12)], "phone": [(4, 12)], "shop": [], "lamp": [], "tap": [(11.5, 12)]}, "a buffer that outlasts the repair", got)
    got = spans(r, 1)
    check.that(got == {"power": [(5, 25)], "phone": [(9, 25)], "shop": [(19, 25)], "lamp": [(17, 25)], "tap": [(16.5, 25)]}, "later and longer", got)
    path = by_id(r["given"]["list"][0]["failed"])["shop"]["path"]
    check.that(path == ["power", "phone", "shop"], "the way it failed", path)
    single = by_id(r["singles"])["power"]
    check.that(single["classes"] == [{"class": "other", "users_at_least": 1000, "users_at_most": 1000, "hours": 8}], "users and hours of a class", single)
    n = by_id(r["random"]["nodes"])
    for id, hours in (("power", 12), ("phone", 8), ("tap", 0.5)):
        out = n[id]
        check.that(out["longest_hours"] == hours and abs(out["out_hours"] - hours * n["power"]["fails"]["value"]) < 1e-6 and out["not_back"]["value"] == 0, f"hours without {id}", out)
    check.that(n["lamp"]["out_hours"] == 0, "never out", n["lamp"])
    loop = [node("power", {"of": ["phone"], "buffer": 8}, repair=24), node("phone", {"of": ["power"], "buffer": 4})]
    hit = [{"id": "s", "hits": ["power"]}]
    got = spans(result(net(*loop, scenarios=hit), "--times", "168"))
    check.that(got == {"power": [(0, None)], "phone": [(4, None)]}, "a loop that waits for itself never comes back", got)
    got = spans(result(net(loop[0] | {"black_start": True}, loop[1], scenarios=hit), "--times", "168"))
    check.that(got == {"power": [(0, 24)], "phone": [(4, 24)]}, "a black start brings it back", got)
    got = spans(result(net(loop[0] | {"repair": 3}, loop[1], scenarios=hit), "--times", "168"))
    check.that(got == {"power": [(0, 3)], "phone": []}, "repaired before the battery of the other is empty", got)
    r = run(net(node("a", chance=0.1), node("b", repair=3, chance=0.2), node("c")), "--times", "10")
    check.that(r.returncode == 2 and "Missing for 1: a" in r.err, "hours of repair are asked for", r.err)


def sectors():
    """Two sectors by hand: q1 = (c1 + a12 c2) / (1 - a12 a21)."""
    doc = net(node("x"), sectors={"names": ["Power", "Water"], "a": [[0, 0.4], [0.2, 0]], "shock": [0.1, 0.05], "recovery": [0.5, 0.25]})
    s = result(doc)["sectors"]
    q = [(0.1 + 0.4 * 0.05) / 0.92, (0.05 + 0.2 * 0.1) / 0.92]
    check.that(all(abs(x["inoperability"] - y) < 1e-14 for x, y in zip(s["list"], q)) and abs(s["total"] - sum(q)) < 1e-14, "static", s)
    check.that([x["name"] for x in s["ranking"]] == ["Water", "Power"] and abs(s["ranking"][0]["effect"] - 1.4 / 0.92) < 1e-14, "ranked by one adjoint", s["ranking"])
    t, steps = q, 0
    while sum(t) > 0.01 * sum(q):
        t, steps = [t[0] + 0.5 * (0.4 * t[1] - t[0]), t[1] + 0.25 * (0.2 * t[0] - t[1])], steps + 1
    check.that(s["recovery"]["steps_to_1_percent"] == steps and abs(s["recovery"]["total"][-1] - sum(t)) < 1e-14 and len(s["recovery"]["total"]) == steps + 1, "dynamic", s["recovery"])
    weighted = result(net(node("x"), sectors=doc["sectors"] | {"weights": [10, 1]}))["sectors"]
    check.that(weighted["ranking"][0]["name"] == "Power" and abs(weighted["total"] - (10 * q[0] + q[1])) < 1e-13, "weights", weighted)


def cuts():
    """a → b → c: what a need is worth, by hand."""
    doc = net(node("a", chance=0.1), node("b", {"of": ["a"], "cost": 1000}, chance=0.2), node("c", {"of": ["b"], "cost": 4000}, users=100), node("d", ["a"], users=7))
    c = result(doc)["cuts"]
    got = [(x["node"]["id"], round(x["saved"], 9), x["cost"], round(x["saved_per_million"], 6)) for x in c["priced"]["list"]]
    check.that(got == [("b", 10, 1000, 10000), ("c", 30, 4000, 7500)], "the cheapest first", got)
    check.that([(x["node"]["id"], round(x["saved"], 9), x["of"]) for x in c["others"]["list"]] == [("d", 0.7, ["a"])] and c["weighed"] == "by_chance" and c["tried"] == 3, "those without a price", c["others"])
    group = result(net(node("a"), node("b"), node("c", (["a", "b"], "any"), users=5)))["cuts"]
    check.that(group["weighed"] == "alike" and [(x["saved"], x["of"]) for x in group["others"]["list"]] == [(10, ["a", "b"])], "a group is made safe whole", group)


def reports():
    """The reports that a single failure would call for: a minute and a user short, and what only time decides."""
    def duties(users, repair, **more):
        doc = net(node("s", repair=repair, **more), node("line", ["s"], users=users, service="other"), node("tap", ["s"], users=90000, service="water"))
        r = result(doc, "--times", "100", "--as-of", "2026-11-20T12:00+09:00")
        return {(d["rule"], d["duty"]): d["verdict"] for x in r["reports"] if x["single"] == "s" for d in x["outage"]["duties"]}
    major = ("jp.telecom.major-accident", "detail")
    check.that(duties(30000, 2).get(major) == "met", "30,000 users for two hours", duties(30000, 2))
    check.that(major not in duties(29999, 2) and major not in duties(30000, 1.98), "a user or a minute short", (duties(29999, 2), duties(30000, 1.98)))
    check.that(duties(30000, 2, kind="supplier").get(major) == "undecided", "a supplier's: whose facility it was is open", duties(30000, 2, kind="supplier"))
    r = result(net(node("s"), node("line", ["s"], users=30000, service="other")))
    check.that({d["verdict"] for x in r["reports"] for d in x["outage"]["duties"]} == {"undecided"}, "without times nothing is sure", r["reports"])
    check.that("reports" not in result(net(node("a", users=5))), "no classes, no reports")
    r = run(net(node("a", users=5, service="other")), "--as-of", "soon")
    check.that(r.returncode == 2 and "--as-of" in r.err, "an instant that is none", r.err)


def forms(g, size=60):
    """The same net as JSON and as two tables."""
    nodes, rows, edges = [], ["id,title,kind,chance,repair_low,repair,repair_high,black_start,users,service"], ["node,supplier,group,fails_when,buffer,cost"]
    for i in range(size):
        n = {"id": f"n{i}", "title": g.choice(["電力, 西", 'the "old" one', "x"]), "kind": g.choice(["system", ""]), "chance": g.choice([0, 0.01, 0.2]), "repair": {"low": 1, "mode": 2, "high": 2 + i}, "black_start": g.random() < 0.2, "users": g.choice([0, i]), "service": "other"}
        q = lambda s: '"' + s.replace('"', '""') + '"'
        rows.append(",".join([n["id"], q(n["title"]), n["kind"], str(n["chance"]), "1", "2", str(2 + i), str(n["black_start"]).lower(), str(n["users"]), "other"]))
        needs = []
        for k in range(g.randrange(0, 3)):
            of = g.sample([f"n{j}" for j in range(size) if j != i], g.randrange(1, 4))
            need = {"of": of, "fails_when": g.choice(["any", "all", len(of)]), "buffer": g.choice([0, 3])} | ({"cost": 100} if g.random() < 0.3 else {})
            needs.append(need)
            edges += [f"n{i},{s},g{k},{need['fails_when'] if j == 0 else ''},{need['buffer']},{need.get('cost', '')}" for j, s in enumerate(of)]
        nodes.append(n | {"needs": needs})
    return net(*nodes), rows, edges


def written(name, text):
    path = os.path.join(DIR, name)
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())
    return path


def csv(nodes, edges, *words):
    return subprocess.run([PROGRAM, "cascade", written("nodes.csv", nodes), written("edges.csv", edges), "--lang", "en", *words], capture_output=True, text=True, timeout=60)


def both_forms():
    g = random.Random(3)
    doc, rows, edges = forms(g)
    path = written("net.json", json.dumps(doc))
    words = ("--json", "--scenarios", "3000", "--times", "48")
    want = subprocess.run([PROGRAM, "cascade", path, *words], capture_output=True, text=True).stdout
    check.that(len(want) > 10000, "runs")
    for name, n, e in (("UTF-8", "\n".join(rows), "\n".join(edges)), ("BOM and CRLF", "\ufeff" + "\r\n".join(rows) + "\r\n", "\ufeff" + "\r\n".join(edges) + "\r\n"), ("Shift_JIS", "\n".join(rows).encode("cp932"), "\n".join(edges)),
                       ("tabs", "\n".join(rows).replace(",", "\t").replace("電力\t 西", "電力, 西"), "\n".join(edges).replace(",", "\t"))):
        got = csv(n, e, *words)
        check.that(got.stdout == want, f"tables ({name}) give the bytes of the JSON", (got.returncode, got.stderr[:300], len(got.stdout), len(want)))
    return doc


def engines(doc):
    """The same bytes from every engine and any number of threads, and again."""
    outs = {}
    for engine in ("pilot", "events", "sweeps", "work"):
        for threads in ("1", "4"):
            r = run(doc, "--json", "--scenarios", "5000", "--seed", "9", "--engine", engine, "--threads", threads)
            d = json.loads(r.out)
            check.that(d["random"].pop("engine") == engine or engine == "pilot", f"{engine} is said")
            outs[engine, threads] = json.dumps(d)
    check.that(len(set(outs.values())) == 1, "engines and threads agree", {k: hash(v) for k, v in outs.items()})
    a, b, c = (run(doc, "--json", "--seed", s).out for s in ("1", "1", "2"))
    check.that(a == b and a != c, "the same bytes again; another seed, others")


def graphml(doc):
    path = os.path.join(DIR, "g.graphml")
    r = run(doc, "--graphml", path, "--json")
    check.that(r.returncode == 0, "writes a graph", r.err)
    edges = sum(len(d["of"]) for n in doc["nodes"] for d in n["needs"])
    ns = "{http://graphml.graphdrawing.org/xmlns}"
    root = ET.parse(path).getroot()
    check.that(len(root.findall(f".//{ns}node")) == len(doc["nodes"]) and len(root.findall(f".//{ns}edge")) == edges, "nodes and edges as XML")
    try:
        import networkx
    except ImportError:
        return
    g = networkx.read_graphml(path, force_multigraph=True)
    check.that(g.number_of_nodes() == len(doc["nodes"]) and g.number_of_edges() == edges and g.is_directed(), "networkx reads it", (g.number_of_nodes(), g.number_of_edges()))
    check.that(all(g.nodes[n["id"]].get("title") == n["title"] and g.nodes[n["id"]]["chance"] == n["chance"] for n in doc["nodes"]), "with what is known of each")


OK = node("a")
WRONG = [  # document, path, code, a part of the English words
    ([], "$", "type", "object"), ({"nodes": [OK]}, "format", "required", "needed"), ({"format": "kaname-net/9", "nodes": [OK]}, "format", "choice", "kaname-net/1"), ({"format": "kaname-net/1"}, "nodes", "required", ""), (net(), "nodes", "type", "list"),
    (net(OK, nods=[]), "nods", "unknown_field", '"nodes"'), (net(3), "nodes[0]", "type", "object"), (net({}), "nodes[0].id", "required", ""), (net({"id": ""}), "nodes[0].id", "required", "empty"), (net({"id": "x\n"}), "nodes[0].id", "type", "control"),
    (net({"id": "x" * 201}), "nodes[0].id", "type", "200"), (net({"id": 7}), "nodes[0].id", "type", "text"), (net(OK, node("b"), OK), "nodes[2].id", "unique", "nodes[0]"), (net(node("a", chance=1.1)), "nodes[0].chance", "range", "at most 1"),
    (net(node("a", chance=-0.1)), "nodes[0].chance", "range", "at least 0"), (net(node("a", chance="0.1")), "nodes[0].chance", "type", "number"), (net(node("a", chanse=0.1)), "nodes[0].chanse", "unknown_field", '"chance"'), (net(node("a", black_start=1)), "nodes[0].black_start", "type", "true"),
    (net(node("a", users=-1)), "nodes[0].users", "range", ""), (net(node("a", service="other")), "nodes[0].users", "required", "service"), (net(node("a", repair=-1)), "nodes[0].repair", "range", "hours"), (net(node("a", repair="1")), "nodes[0].repair", "type", "hours"),
    (net(node("a", repair={"low": 1, "mode": 2})), "nodes[0].repair.high", "required", ""), (net(node("a", repair={"low": 3, "mode": 2, "high": 5})), "nodes[0].repair.mode", "range", "low"), (net(node("a", repair={"low": 1, "mode": 9, "high": 5})), "nodes[0].repair.high", "range", "mode"),
    (net(node("a", repair={"low": 1, "most": 2, "high": 5, "mode": 2})), "nodes[0].repair.most", "unknown_field", '"mode"'), (net(OK, {"id": "b", "needs": {"of": ["a"]}}), "nodes[1].needs", "type", "list"), (net(OK, node("b", {"of": []})), "nodes[1].needs[0].of", "type", "list"),
    (net(OK, node("b", {"fails_when": "any"})), "nodes[1].needs[0].of", "required", ""), (net(OK, node("b", ["a", "power"])), "nodes[1].needs[0].of[1]", "reference", '"'), (net(OK, node("b", ["a", 3])), "nodes[1].needs[0].of[1]", "type", "id"), (net(OK, node("b", ["a", "a"])), "nodes[1].needs[0].of[1]", "unique", "twice"),
    (net(OK, node("b", ["a", "b"])), "nodes[1].needs[0].of[1]", "loop", "itself"), (net(OK, node("b", (["a"], 2))), "nodes[1].needs[0].fails_when", "range", "1 to 1"), (net(OK, node("b", (["a"], 0))), "nodes[1].needs[0].fails_when", "range", ""), (net(OK, node("b", (["a"], "al"))), "nodes[1].needs[0].fails_when", "choice", '"all"'),
    (net(OK, node("b", (["a"], 1.5))), "nodes[1].needs[0].fails_when", "type", "whole"), (net(OK, node("b", {"of": ["a"], "buffer": -1})), "nodes[1].needs[0].buffer", "range", ""), (net(OK, node("b", {"of": ["a"], "cost": -1})), "nodes[1].needs[0].cost", "range", ""), (net(OK, node("b", {"of": ["a"], "buffers": 1})), "nodes[1].needs[0].buffers", "unknown_field", '"buffer"'),
    (net(OK, causes=[{"id": "q", "hits": [{"node": "a"}]}]), "causes[0].chance", "required", ""), (net(OK, causes=[{"id": "q", "chance": 2, "hits": [{"node": "a"}]}]), "causes[0].chance", "range", ""), (net(OK, causes=[{"id": "q", "chance": 0.1, "hits": []}]), "causes[0].hits", "type", ""),
    (net(OK, causes=[{"id": "q", "chance": 0.1, "hits": ["a"]}]), "causes[0].hits[0]", "type", "object"), (net(OK, causes=[{"id": "q", "chance": 0.1, "hits": [{"node": "b"}]}]), "causes[0].hits[0].node", "reference", '"a"'),
    (net(OK, causes=[{"id": "q", "chance": 0.1, "hits": [{"node": "a"}]}] * 2), "causes[1].id", "unique", "causes[0]"), (net(OK, causes=[{"id": "q", "chance": 0.1, "hits": [{"node": "a"}, {"node": "a", "chance": 0.2}]}]), "causes[0].hits[1].node", "unique", ""),
    (net(OK, scenarios=[{"id": "s"}]), "scenarios[0].hits", "required", ""), (net(OK, scenarios=[{"id": "s", "hits": ["b"]}]), "scenarios[0].hits[0]", "reference", ""), (net(OK, scenarios=[{"id": "s", "hits": [{"node": "a", "at": -1}]}]), "scenarios[0].hits[0].at", "range", ""), (net(OK, scenarios=[{"id": "s", "hits": [[]]}]), "scenarios[0].hits[0]", "type", ""),
    (net(OK, sectors={"names": ["x"], "a": [[0.5]]}), "sectors.shock", "required", ""), (net(OK, sectors={"names": ["x", "y"], "a": [[0, 0]], "shock": [0, 0]}), "sectors.a", "length", "2"), (net(OK, sectors={"names": ["x", "y"], "a": [[0, 0], [0]], "shock": [0, 0]}), "sectors.a[1]", "length", ""),
    (net(OK, sectors={"names": ["x"], "a": [[-0.5]], "shock": [0]}), "sectors.a[0][0]", "range", ""), (net(OK, sectors={"names": ["x"], "a": [[1]], "shock": [0]}), "sectors.a", "range", "radius"), (net(OK, sectors={"names": ["x"], "a": [[0.5]], "shock": [2]}), "sectors.shock[0]", "range", ""),
    (net(OK, sectors={"names": ["x"], "a": [[0.5]], "shock": [1], "recovery": [0]}), "sectors.recovery[0]", "range", ""), (net(OK, sectors={"names": [""], "a": [[0.5]], "shock": [1]}), "sectors.names[0]", "type", ""),
]


def mistakes():
    for doc, path, code, words in WRONG:
        for lang in ("en", "ja"):
            r = run(doc, "--json", lang=lang)
            problem = json.loads(r.err) if r.err.startswith("{") else {"mistakes": []}
            found = [(m["path"], m["code"]) for m in problem["mistakes"]]
            check.that(r.returncode == 2 and not r.out and found == [(path, code)], f"{path} {code} in {str(doc)[:120]}", (r.returncode, found, r.err[:200]))
            check.that(lang == "ja" or words in problem["mistakes"][0]["text"] if problem["mistakes"] else False, f"words of {path}", problem)
            check.that(lang == "en" or (problem["mistakes"] and any(ord(c) > 0x3000 for c in problem["mistakes"][0]["text"])), f"in Japanese: {path}", problem)
    many = net(node("a", chance=2, users=-1), node("a", ["zz"], chance="x"), node("c", (["a"], 3)), causes=[{"id": "q", "chance": 5, "hits": [{"node": "no"}]}], extra=1)
    found = {m["path"] for m in json.loads(run(many, "--json").err)["mistakes"]}
    check.that(found == {"nodes[0].chance", "nodes[0].users", "nodes[1].chance", "nodes[1].id", "nodes[1].needs[0].of[0]", "nodes[2].needs[0].fails_when", "causes[0].chance", "causes[0].hits[0].node", "extra"}, "all at once", found)
    flood = json.loads(run(net(OK, node("b", *[["x%d" % i] for i in range(5000)])), "--json").err)
    check.that(len(flood["mistakes"]) == 500 and flood["more"] == 4500, "a flood of mistakes is cut and says so", (len(flood["mistakes"]), flood["more"]))
    for text, what in ((b"", "nothing"), (b"{", "half"), (b'{"format": NaN}', "NaN"), (b'{"a":1,"a":2}', "a key twice"), (b"[" * 5000, "deep"), (b'{"format":"\xff"}', "no UTF-8"), (b'{"nodes":[{"chance":1e999}]}', "a number beyond all")):
        r = run(text, "--json")
        check.that(r.returncode == 2 and json.loads(r.err)["kind"] == "invalid", f"no JSON: {what}", r.err[:200])


NODES, EDGES = "id,users,service\na,,\nb,10,other\n", "node,supplier\nb,a\n"
WRONG_TABLES = [  # nodes, edges, paths
    ("id,usres\na,1\n", "node,supplier\n", ["nodes:1:usres"]), ("title\na\n", "node,supplier\n", ["nodes:1:id"]), (NODES, "node\nb\n", ["edges:1:supplier"]), ("id,id\na,b\n", "node,supplier\n", ["nodes:1:id"]),
    (NODES, "node,supplier\nb,c\n", ["edges:2:supplier"]), (NODES, "node,supplier\nx,a\n", ["edges:2:node"]), (NODES, "node,supplier\nb,b\n", ["edges:2:supplier"]), (NODES + "a,,\n", EDGES, ["nodes:4:id"]), (NODES + ",5,other\n", EDGES, ["nodes:4:id"]),
    ("id,chance\na,1.5\nb,x\nc,-1\nd,0x1\ne,nan\nf,\"1,000\"\n", "node,supplier\n", [f"nodes:{i}:chance" for i in range(2, 8)]), ("id,black_start\na,maybe\n", "node,supplier\n", ["nodes:2:black_start"]), ("id,repair_low\na,3\n", "node,supplier\n", ["nodes:2:repair"]),
    ("id,repair_low,repair,repair_high\na,3,2,1\n", "node,supplier\n", ["nodes:2:repair_low", "nodes:2:repair_high"]), ("id,service\na,other\n", "node,supplier\n", ["nodes:2:users"]), (NODES, "node,supplier,group,fails_when\nb,a,g,3\n", ["edges:2:fails_when"]), (NODES, "node,supplier,group\nb,a,g\nb,a,g\n", ["edges:3:supplier"]),
    (NODES + "c,,\n", "node,supplier,group,buffer,fails_when,cost\nb,a,g,1,any,5\nb,c,g,2,all,6\n", ["edges:3:buffer", "edges:3:cost", "edges:3:fails_when"]), ("id\na,b\n", "node,supplier\n", ["nodes:2:…"]), ("id\n", "node,supplier\n", ["nodes:1:id"]),
]


def table_mistakes():
    for nodes, edges, paths in WRONG_TABLES:
        r = csv(nodes, edges, "--json")
        found = sorted(m["path"] for m in json.loads(r.stderr)["mistakes"]) if r.stderr.startswith("{") else r.stderr
        check.that(r.returncode == 2 and found == sorted(paths), f"{paths} in {nodes!r} {edges!r}", found)
    r = csv('id\n"a', "node,supplier\n", "--json")
    check.that(r.returncode == 2 and "row 2" in r.stderr, "a quotation mark without end", r.stderr)
    r = csv(NODES, EDGES + "\n\n", "--json")
    check.that(r.returncode == 0 and by_id(json.loads(r.stdout)["singles"])["a"]["users"] == 10, "empty rows are none", r.stderr)


def words():
    """What matters first, in both languages; options that are wrong."""
    doc = net(node("power", {"of": ["phone"], "buffer": 8}, title="受電設備", chance=0.02, repair=24), node("phone", {"of": ["power"], "buffer": 4, "cost": 3000000}, title="電話網", chance=0.01, repair=6, users=120000, service="other"),
              node("pump", {"of": ["power"], "buffer": 2}, title="ポンプ場", repair=5, users=80000, service="water"), title="町の網", scenarios=[{"id": "s", "title": "停電", "hits": ["power"]}])
    for lang, parts in (("ja", ("町の網", "ノード 3、依存 3", "1. 受電設備（power）: 利用者 200,000 人、ノード 3 が止まる", "自力では立ち上がらない循環（2 ノード）: power、phone", "次のどれか一つが単独で起動できれば（black_start）戻る: power、phone", "電話網（phone）の power への依存", "費用 3,000,000", "停電（s）", "power → pump", "95%の区間", "電話網（phone）: 利用者 120,000、164 時間たっても戻らない")),
                        ("en", ("3 nodes, 3 needs", "1. 受電設備 (power): 200,000 users without service; nodes down: 3", "cannot restart by itself (2 nodes): power, phone", "any one of these with a black start would bring it back", "cost 3,000,000", "power → pump", "95 % intervals", "電話網 (phone): 120,000 users, still out after 164 hours"))):
        r = run(doc, "--times", "168", lang=lang)
        check.that(r.returncode == 0, f"words in {lang}", r.err)
        for part in parts:
            check.that(part in r.out, f"{lang} says {part}", r.out)
        check.that(not any(x in r.out for x in ("{0}", "{1}", "nan", "（）", "()")), f"whole sentences in {lang}", r.out)
    for option, value in (("--scenarios", "-1"), ("--scenarios", "99999999"), ("--threads", "65"), ("--threads", "-1"), ("--times", "-1"), ("--times", "1000001"), ("--pairs", "-2"), ("--pairs", "513"), ("--engine", "fast"), ("--seed", "x"), ("--trials", "5"), ("--lang", "fr")):
        r = run(doc, option, value)
        check.that(r.returncode == 2 and not r.out and r.err, f"{option} {value} is refused", (r.returncode, r.err))
    for words_ in ((), ("a", "b", "c"), (os.path.join(DIR, "none"),), (DIR,)):
        r = subprocess.run([PROGRAM, "cascade", *words_], capture_output=True, text=True, timeout=20)
        check.that(r.returncode in (2, 3) and r.stderr and not r.stdout, f"words {words_}", (r.returncode, r.stderr))
    r = run(doc, "--graphml", os.path.join(DIR, "none", "x"))
    check.that(r.returncode and r.err and not r.out, "a graph that cannot be written", r.err)


def large():
    """20,000 nodes, 100,000 edges: all parts within seconds."""
    g = random.Random(7)
    nodes = [node(f"n{i}", *[{"of": [f"n{j}" for j in g.sample(range(20000), 5) if j != i], "fails_when": g.choice(["any", "all", 2]) if i % 7 else "any"}], chance=0.0005, repair=5, users=10 if i % 10 == 0 else 0, service="other") for i in range(20000)]
    doc = net(*nodes, causes=[{"id": f"c{k}", "chance": 0.01, "hits": [{"node": f"n{g.randrange(20000)}", "chance": 0.5}]} for k in range(20)])
    start = time.monotonic()
    r = result(doc, "--scenarios", "1000")
    took = time.monotonic() - start
    print(f"20,000 nodes, 100,000 edges, 1,000 scenarios: {took:.1f} s")
    check.that(r["size"]["nodes"] == 20000 and took < 120 and r["singles"]["of"] == 20000 and r["singles"]["shown"] == 100 == len(r["singles"]["list"]), "long lists are cut and say so", took)
    return doc


def interrupted(doc):
    """SIGINT ends it as an interrupt does, with nothing on stdout."""
    p = subprocess.Popen([PROGRAM, "cascade", written("large.json", json.dumps(doc)), "--scenarios", "10000000", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.5)
    p.send_signal(signal.SIGINT)
    start = time.monotonic()
    out, _ = p.communicate(timeout=60)
    check.that(p.returncode == -signal.SIGINT and not out, "interrupted", (p.returncode, len(out)))
    check.that(time.monotonic() - start < 20, "soon", time.monotonic() - start)


groups()
chances()
causes()
loops()
times()
sectors()
cuts()
reports()
doc = both_forms()
engines(doc)
graphml(doc)
mistakes()
table_mistakes()
words()
interrupted(large())
check.end()
