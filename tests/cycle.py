#!/usr/bin/env python3
"""
Black box: criteria on a scale of 5 × 4 with rules beside the table, what they change for risks that were judged before, and the reports over the register.
Each expectation is written from the rule in words: 以上 is at least, 超える is more than.
"""
import base64, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname

check = Checks()
APPROVAL = {"post": "庁議", "minutes": "第1号", "date": "2026-01-05"}


def steps(n, bound=None):
    return [{"level": i, "name": f"段階{i}", "description": "目安"} | ({bound[0]: bound[i]} if bound else {}) for i in range(1, n + 1)]


def criteria(rows=5, columns=4, accept=lambda i, k: i + k <= 4, **more):
    cells = [{"impact": i, "likelihood": k, "level": i + k - 1, "accepted": accept(i, k)} for i in range(1, rows + 1) for k in range(1, columns + 1)]
    return {"title": "判定基準", "impacts": steps(rows), "likelihoods": steps(columns), "cells": cells} | more


class Cycle(Desk):
    def approve(self, r, token):
        return self.act("criteria-sets", self.act("criteria-sets", r, "submit", {}), "approve", APPROVAL, token=token)

    def risk(self, title, status=201, **more):
        return self.make("risks", {"title": title} | more, status)

    def seen(self, r):
        return self.get("risks/" + r["id"])


def mistakes(c, body):
    """Submits these criteria and gives the paths of what is wrong."""
    r = c.make("criteria-sets", body)
    a = c.k.call("POST", c.k.at("criteria-sets") + f"/{r['id']}/submit", {}, c.t, {"If-Match": '"1"'})
    c.k.call("DELETE", c.k.at("criteria-sets") + "/" + r["id"], token=c.t, headers={"If-Match": f'"{2 if a.status == 200 else 1}"'})
    return sorted({m["path"] for m in a.json["mistakes"]}) if a.status == 422 else []


def wrong_criteria(c):
    expect = [
        (criteria(), []),
        (criteria(2, 2, lambda i, k: i + k <= 2), []),
        (criteria(10, 10) | {"cells": [{"impact": i, "likelihood": k, "level": min(10, max(i, k)), "accepted": False} for i in range(1, 11) for k in range(1, 11)]}, []),
        (criteria() | {"impacts": steps(1)}, None), (criteria() | {"likelihoods": []}, None),
        (criteria() | {"impacts": steps(4)}, None),  # a fifth row of cells is off the scale
        (criteria() | {"cells": criteria()["cells"][1:]}, ["cells"]),
        (criteria() | {"impact_from": 6}, ["impact_from"]), (criteria() | {"likelihood_from": 5}, ["likelihood_from"]),
        (criteria() | {"impact_from": 4}, []), (criteria() | {"impact_from": 3}, ["cells/8"]),  # (3,1) is accepted and must be treated
        (criteria() | {"likelihood_from": 3}, ["cells/2"]),
        (criteria() | {"impacts": steps(5, ["loss_max", 10, 20, 30, 40, 50])}, []),
        (criteria() | {"impacts": steps(5, ["loss_max", 10, 20, 20, 40, 50])}, ["impacts"]),
        (criteria(accept=lambda i, k: i == 5 and k == 4), ["cells"]),
    ]
    for body, paths in expect:
        got = mistakes(c, body)
        check.that(got == paths if paths is not None else bool(got), "criteria: mistakes", (paths, got))
    twisted = criteria()
    twisted["impacts"][1]["level"] = 1
    check.that("impacts/1/level" in mistakes(c, twisted), "a step twice")
    months = criteria()
    months["cells"][-1]["months"] = 12
    check.that(mistakes(c, months) == ["cells/19"], "a period where nothing is accepted")
    c.make("criteria-sets", criteria() | {"valid_from": "2026-02-01", "valid_until": "2026-01-31"}, 422)
    c.make("criteria-sets", criteria() | {"cells": criteria()["cells"] + criteria()["cells"][:1]}, 422)
    c.make("criteria-sets", criteria() | {"impacts": steps(10) + [{"level": 11, "name": "x", "description": "x"}]}, 422)


def judged(c):
    """Without criteria the scale is 3 × 3; judgements stand in, and are shown as a draft of criteria."""
    c.risk("四の影響", 422, impact=4, likelihood=1)
    a = c.risk("受け入れた", impact=2, likelihood=2, judgement="accept", judged_by="庁議", judgement_reason="影響が小さい")
    b = c.risk("対応した", impact=2, likelihood=1, judgement="treat", judged_by="庁議", judgement_reason="市民に及ぶ")
    w = c.risk("見ている", impact=1, likelihood=1, judgement="watch", judged_by="庁議", judgement_reason="変化を待つ")
    check.that(c.seen(a)["verdict"] == "none" and c.seen(a)["scale"] == "3 × 3" and c.seen(a)["judged_on"], "no criteria, no verdict", c.seen(a))
    table, contradictions = c.get("criteria-sets/reports/judgements")["tables"]
    at = {(r["values"]["impact"], r["values"]["likelihood"]): r["values"] for r in table["rows"]}
    check.that(len(at) == 9, "nine cells")
    check.that(at[2, 2]["reads"] == "contradiction" and at[2, 1]["reads"] == "contradiction", "both judged against each other", at)
    check.that(at[1, 1]["reads"] == "accept" and at[1, 1]["watch"] == 1 and at[3, 3]["reads"] == "treat" and at[1, 3]["reads"] == "open", "what follows from them", at)
    check.that([r["of"]["id"] for r in contradictions["rows"]] == [a["id"]] and contradictions["rows"][0]["values"]["treated"] == b["id"], "who contradicts whom", contradictions)
    cells, counts, highest = matrix(c)
    check.that(cells[2, 2] == (1, 1, 0) and cells[2, 1] == (1, 0, 1) and cells[1, 1] == (1, 0, 1) and sum(n for n, _, _ in cells.values()) == 3 and len(cells) == 9, "the matrix counts risks and judgements", cells)
    check.that(highest == ["受け入れた", "対応した", "見ている"] and counts["outside"] == 0, "the higher impact first, then likelihood", (highest, counts))
    return a, b, w


def imported(c):
    """Every row of an import is judged by the criteria in force, not only the first."""
    sheet = "リスク名,影響,起こりやすさ\n" + "".join(f"取り込み{i},5,{i % 4 + 1}\n" for i in range(8))
    a = c.k.call("POST", c.k.at("import"), {"name": "r.csv", "file": base64.b64encode(sheet.encode()).decode()}, c.t)
    check.that(a.status == 200 and a.json["created"] == 8, "an import on the scale in force", a.body[:300])
    levels = {r["title"]: r["level"] for r in c.get("risks?limit=200&impact=5")["items"] if r["title"].startswith("取り込み")}
    check.that(levels == {f"取り込み{i}": i % 4 + 5 for i in range(8)}, "with their levels", levels)


def matrix(c, query=""):
    cells, counts, highest = c.get("risks/reports/matrix" + query)["tables"]
    return ({(r["values"]["impact"], r["values"]["likelihood"]): tuple(r["values"][x] for x in ("risks", "accept", "other")) for r in cells["rows"]}, counts["rows"][0]["values"],
            [r["of"]["title"] for r in highest["rows"]])


def on_the_matrix(c):
    """5 × 4 is in force: what was analysed on 3 × 3 or is not settled lies beside it; closed ones do not count."""
    made = [c.risk(f"升目{i}", impact=5, likelihood=k) for i, k in enumerate((4, 4, 3))] + [c.risk("幅の升目", impact={"from": 4, "to": 5}, likelihood=4)]
    cells, counts, highest = matrix(c)
    check.that(len(cells) == 20 and cells[5, 4][0] == 2 and cells[5, 3][0] == 1, "settled ones in their cells", cells)
    check.that(counts["open"] == sum(n for n, _, _ in cells.values()) + counts["loose"] and counts["chosen"] == counts["open"], "each is in a cell or beside the matrix", counts)
    check.that(highest[:4] == ["升目0", "升目1", "幅の升目", "升目2"], "highest first: level, impact, likelihood, the older", highest)
    cells, counts, highest = matrix(c, "?impact=5&likelihood=4")
    check.that(highest == ["升目0", "升目1"] and counts["chosen"] == 2 and cells[5, 3][0] == 1, "one cell", highest)
    check.that(matrix(c, "?impact=5")[2] == ["升目0", "升目1", "升目2"] and matrix(c, "?impact=1&likelihood=4")[2] == [], "one impact; an empty cell")
    loose = matrix(c, "?only=loose")
    check.that("幅の升目" in loose[2] and "升目0" not in loose[2] and loose[1]["chosen"] == counts["loose"], "what is not settled", loose)
    check.that(matrix(c, "?only=loose&impact=5")[2] == [], "what is beside the matrix is in no cell")
    check.that("受け入れた" in matrix(c, "?only=against")[2] and "升目0" not in matrix(c, "?only=against")[2], "judged against the criteria")
    plain = matrix(c, "?impacts=3&likelihoods=3")
    check.that(len(plain[0]) == 9 and plain[0][2, 1] == (1, 0, 1) and "対応した" not in loose[0], "another scale can be asked for", plain)
    c.change("risks", made[0], {"state": "closed"})
    check.that(matrix(c)[0][5, 4][0] == 1, "a closed risk does not count")
    for wrong in ("?impact=0", "?impact=11", "?only=nothing", "?impacts=1", "?x=1"):
        c.get("risks/reports/matrix" + wrong, 400)


def before_approval(c, executive, risks):
    """What the new scale would change is told before anybody approves it."""
    r = c.make("criteria-sets", criteria())
    counts, changes = c.get(f"criteria-sets/{r['id']}/reports/changes")["tables"]
    check.that(changes["rows"] == [], "on another scale nothing gets a level", changes)
    r3 = c.make("criteria-sets", criteria(3, 3, lambda i, k: i + k <= 2))
    counts, changes = c.get(f"criteria-sets/{r3['id']}/reports/changes")["tables"]
    then = {x["of"]["id"]: x["values"] for x in changes["rows"]}
    check.that(then[risks[0]["id"]]["level_then"] == 3 and then[risks[0]["id"]]["kept"] is True, "an accepted risk would need treatment", then)
    check.that([x["values"]["n"] for x in counts["rows"]] == [3, 2, 1, 1, 0], "summary", counts)
    check.that(c.seen(risks[0])["verdict"] == "none", "asking changes nothing")
    approved = c.approve(r3, executive)
    check.that(c.seen(risks[0])["verdict"] == "treat" and c.seen(risks[0])["level"] == 3 and c.seen(risks[2])["verdict"] == "accept", "judged at once", c.seen(risks[0]))
    outside = c.get("risks/reports/retained")["tables"][0]["rows"]
    check.that([x["of"]["id"] for x in outside] == [risks[0]["id"]], "kept, and no longer acceptable", outside)
    return r, approved


def rules(c, executive):
    """5 × 4 with all rules: the first that fires is named."""
    body = criteria(impact_from=4, yearly_max=1000000, valid_from="2026-01-01",
                    impacts=steps(5, ["loss_max", 10000, 100000, 1000000, 10000000, 100000000]),
                    likelihoods=steps(4, ["per_century", 10, 100, 1000, 10000]))
    for cell in body["cells"]:
        if cell["impact"] == 1 and cell["likelihood"] == 3:
            cell["months"] = 12
    c.approve(c.make("criteria-sets", body), executive)
    def verdict(**more):
        r = c.seen(c.risk("規則", **more))
        return r["verdict"], r.get("level")
    check.that(verdict(impact=1, likelihood=1) == ("accept", 1), "below all")
    check.that(verdict(impact=3, likelihood=1) == ("accept", 3), "accepted by the table")
    check.that(verdict(impact=3, likelihood=2) == ("treat", 4), "not accepted by the table")
    check.that(verdict(impact=4, likelihood=1) == ("treat", 4), "impact alone, at least 4")
    check.that(verdict(impact={"from": 3, "to": 4}, likelihood=1)[0] == "undecided", "perhaps by impact alone")
    check.that(verdict(impact=4) == ("treat", None), "impact alone, however likely")
    check.that(verdict(impact=1, likelihood=2, per_century=10000, loss=10000) == ("accept", 2), "a hundred times a year 10,000 yen: just the limit")
    check.that(verdict(impact=1, likelihood=2, per_century=10001, loss=10000) == ("treat", 2), "more than the limit a year")
    check.that(verdict(impact=1, likelihood=2, per_century={"from": 1, "to": 10001}, loss=10000)[0] == "undecided", "perhaps more")
    check.that(verdict(impact=1, likelihood=3, judgement="accept", judged_by="x", judgement_reason="x", judged_on="2020-01-01") == ("treat", 3), "accepted for twelve months, long ago")
    check.that(verdict(impact=1, likelihood=3) == ("accept", 3), "accepted, no day to count from")
    worst = c.risk("観点", likelihood=1, views=[{"viewpoint": "law", "level": 2}, {"viewpoint": "delay", "level": 3}])
    check.that(worst["impact"] == 3, "the worst viewpoint wins", worst["impact"])
    c.risk("段階の外", 422, impact=1, likelihood=5)
    c.risk("段階の外", 422, views=[{"viewpoint": "law", "level": 6}], likelihood=1)


def on_the_old_scale(c, old):
    r = c.seen(old)
    check.that(r["verdict"] == "none" and r.get("level") is None and "5 × 4" in r["verdict_why"], "says that it must be analysed again", r["verdict_why"])
    r = c.change("risks", r, {"impact": 5, "likelihood": 4})
    check.that(r["scale"] == "5 × 4" and r["level"] == 8 and r["verdict"] == "treat", "analysed again", r)
    check.that(r["overridden"] is True, "accepted against the criteria: marked")
    r = c.change("risks", r, {"impact": 1, "likelihood": 1})
    check.that(r["verdict"] == "accept" and r["overridden"] is True, "the mark stays")


def priority(c):
    service = c.make("services", {"name": "水道の供給", "own_minutes": 120, "own_users": 1000})
    def effect(users, minutes):
        return [{"service": service["id"], "users": users, "minutes": minutes}]
    made = {name: c.risk(name, impact=2, likelihood=2, effects=effect(*e)) for name, e in {
        "達する": (1000, 120), "わずかに短い": (1000, 119), "わずかに少ない": (999, 120), "幅": ({"from": 10, "to": 1000}, 120)}.items()}
    reach = {n: c.seen(r)["reach"] for n, r in made.items()}
    check.that(reach == {"達する": "reaches", "わずかに短い": "below", "わずかに少ない": "below", "幅": "open"}, "以上 is at least", reach)
    rows = c.get("risks/reports/priority")["tables"][0]["rows"]
    order = [r["of"]["title"] for r in rows if r["of"]["title"] in made]
    check.that(order == ["達する", "幅", "わずかに少ない", "わずかに短い"], "by reach, then by users × minutes", order)
    places = [r["values"]["place"] for r in rows]
    check.that(places == sorted(places) and places[0] == 1, "places rise")
    listed = c.get("risks?sort=-priority&limit=200")["items"]
    check.that([r["id"] for r in listed if r["state"] != "closed"] == [r["of"]["id"] for r in rows], "the list orders alike")
    for query in ("", "?columns=title,priority,priority_why"):
        heads = c.k.call("GET", c.k.at("risks.csv" + query), token=c.t).body.decode("utf-8-sig").splitlines()[0]
        check.that("優先順位の理由" in heads and "優先順位の値" not in heads, "an export tells the reason, not the number that orders", heads)
    a = c.k.call("GET", c.k.at("risks/reports/priority?x=1"), token=c.t)
    check.status(a, 400, "unknown parameter")
    for path in ("risks/reports/nothing", "units/reports/priority", "criteria-sets/reports/changes", "risks/" + made["幅"]["id"] + "/reports/priority"):
        check.status(c.k.call("GET", c.k.at(path), token=c.t), 404, path)


def controls(c):
    r = c.risk("対策", impact=3, likelihood=1, inherent_impact=4, inherent_likelihood=3, target_impact=1, target_likelihood=1,
               controls=[{"title": "遮断装置", "impact_by": 1, "works": "works"}, {"title": "監視", "likelihood_by": 2, "works": "partly"}, {"title": "紙の規程", "impact_by": 1, "works": "not"}])
    check.that(r["inherent_level"] == 6 and r["level"] == 3 and r["target_level"] == 1 and r.get("controls_note") is None, "levels of three states", r)
    r = c.change("risks", r, {"impact": 2})
    check.that("3・1" in r["controls_note"] and "2・1" in r["controls_note"], "the effect of the controls does not explain it", r.get("controls_note"))


def large(k, t):
    """20,000 risks: every report answers, page by page, and says what it leaves out."""
    rows = "".join(f"大量{i:05},{i % 3 + 1},{i // 3 % 3 + 1}\n" for i in range(20000)).splitlines(True)
    for part in (rows[:10000], rows[10000:]):
        sheet = "リスク名,影響,起こりやすさ\n" + "".join(part)
        a = k.call("POST", k.at("import"), {"name": "r.csv", "file": base64.b64encode(sheet.encode()).decode()}, t, timeout=120)
        check.that(a.status == 200 and a.json["created"] == 10000, "10,000 risks", a.body[:200])
    draft = k.call("POST", k.at("criteria-sets"), criteria(3, 3, lambda i, l: i + l <= 2), t).json
    check.status(k.call("GET", k.at("home"), token=t, timeout=60), 200, "the first page over 20,000")
    for path in ("risks/reports/matrix", "risks/reports/priority", "risks/reports/retained", "risks/reports/coverage", "risks/reports/calendar", "criteria-sets/reports/judgements", f"criteria-sets/{draft['id']}/reports/changes"):
        check.status(k.call("GET", k.at(path), token=t, timeout=60), 200, path + " over 20,000")
    for name, path, at in (("priority", "risks/reports/priority", 0), ("changes", f"criteria-sets/{draft['id']}/reports/changes", 1)):
        table = k.call("GET", k.at(path), token=t, timeout=60).json["tables"][at]
        known = {x["id"]: x for x in k.call("GET", k.at("risks?limit=200" + ("&sort=-priority" if name == "priority" else "")), token=t).json["items"]}
        seen = [r for r in table["rows"] if r["of"]["id"] in known]
        check.that(table["cut"] and len(table["rows"]) == 2000 and len(seen) == 200, name + ": 2,000 rows, and more told", (table["cut"], len(table["rows"]), len(seen)))
        check.that(all(r["of"]["title"] == known[r["of"]["id"]]["title"] and r["of"]["number"] == known[r["of"]["id"]]["number"] for r in seen), name + ": rows speak of their records")
    counts = k.call("GET", k.at(f"criteria-sets/{draft['id']}/reports/changes"), token=t, timeout=60).json["tables"][0]["rows"]
    check.that(counts[0]["values"]["n"] == 20000, "all of them were looked at", counts)


def run(postgres=None):
    k = Kaname(postgres)
    for login, role in (("ciso1", "ciso"), ("exec1", "executive")):
        k.command("user", "add", "--login", login, "--roles", role, "--org", k.org)
    t, executive = (k.command("token", "create", "--user", u).strip() for u in ("ciso1", "exec1"))
    k.start()
    c = Cycle(k, t, check)
    wrong_criteria(c)
    risks = judged(c)
    before_approval(c, executive, risks)
    rules(c, executive)
    on_the_old_scale(c, risks[0])
    priority(c)
    on_the_matrix(c)
    imported(c)
    controls(c)
    imported(c)
    check.that('"findings":0' in k.command("audit", "verify"), "the history holds")
    k.close()


def imported(c):
    """Many rows at once are judged by the criteria in force, the last like the first."""
    path = os.path.join(c.k.dir, "risks.csv")
    with open(path, "w") as f:
        f.write("リスク名,影響,起こりやすさ\n" + "".join(f"取り込んだ{n},{n % 3 + 1},1\n" for n in range(300)))
    c.k.command("import", path)
    rows = c.get("risks?sort=-number&limit=200")["items"]
    check.that({(r["impact"], r["scale"], r["level"]) for r in rows} == {(i, "5 × 4", i) for i in (1, 2, 3)}, "imported rows have their level", rows[:1])


def run_large():
    k = Kaname()
    t = k.user("ciso1", "ciso")
    k.start()
    large(k, t)
    k.close()


run()
run_large()
if os.environ.get("KANAME_PG"):
    run(os.environ["KANAME_PG"])
check.end()
