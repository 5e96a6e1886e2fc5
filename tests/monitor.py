#!/usr/bin/env python3
"""
Black box: what brings a risk back into the cycle, and what shows that it is time: triggers, steps gone through again, issues that must lead somewhere.
"""
import datetime, json, os, sys, tempfile, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname

check = Checks()


def workbench(d):
    """One thing at a time: the library against what was found there, from both sides."""
    service = d.make("services", {"name": "水道", "own_target": "三時間以内に戻す"})
    asset, other = d.make("assets", {"name": "監視盤", "kind": "control", "services": [service["id"]]}), d.make("assets", {"name": "窓口端末", "kind": "system"})
    path = "risks/reports/identify"
    for wrong in ("", f"?asset={asset['id']}&service={service['id']}"):
        e = d.get(path + wrong, 422)
        check.that([m["path"] for m in e["mistakes"]] == ["asset"], "one thing, not none and not two", e)
    d.get(f"{path}?asset={service['id']}", 404)
    d.make("risks", {"title": "盤が止まる", "cause": "機器の故障", "found_from": "cause", "assets": [asset["id"]], "losses": "断水"})
    d.make("risks", {"title": "窓口が止まる", "cause": "古い装置で機器の故障が起きる", "found_from": "cause", "assets": [other["id"]], "losses": "手続の遅れ"})
    d.make("risks", {"title": "窓口の別の停止", "assets": [other["id"]], "losses": " 手続の遅れ"})
    d.make("risks", {"title": "終わったもの", "cause": "機器の故障", "assets": [asset["id"]], "state": "closed", "losses": "古い損害"})
    t = d.tables(f"{path}?asset={asset['id']}")
    check.that([r["of"]["title"] for r in t["here"]] == ["盤が止まる"], "what was found here, without what is closed", t["here"])
    sources = {r["values"]["title"]: r["values"] for r in t["sources"]}
    check.that((sources["機器の故障"]["here"], sources["機器の故障"]["elsewhere"]) == (1, 1) and sources["機器の故障"]["source"], "a candidate with its uses and its source", sources.get("機器の故障"))
    check.that(t["sources"][-1]["values"]["title"] == "機器の故障" and len(sources) > 10, "what was not used here comes first", [r["values"]["title"] for r in t["sources"]])
    check.that([(r["values"]["losses"], r["values"]["n"]) for r in t["losses"]] == [("手続の遅れ", 2)], "losses found elsewhere", t["losses"])
    check.that([(r["of"]["title"], r["values"]["own_target"], r["values"]["risks"]) for r in t["levels"]] == [("水道", "三時間以内に戻す", 0)], "the level that it must not break", t["levels"])
    d.make("risks", {"title": "半日の断水", "found_from": "effect", "services": [service["id"]]})
    t = d.tables(f"{path}?service={service['id']}")
    check.that(t["levels"][0]["values"]["risks"] == 1 and [r["of"]["title"] for r in t["here"]] == ["半日の断水"], "from the effect", t["levels"])


def cases(postgres):
    """Published cases come from a pack, with their source; the pack of the product has none."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "own"))
        item = {"code": "plant", "title": {"ja": "浄水場の監視が止まる", "en": "The plant cannot be watched"}, "from": None, "to": None, "source": "事業者の公表資料", "check": "S", "cause": "遠隔保守の入口", "losses": {"ja": "断水", "en": "No water"}}
        for name, body in (("pack.json", {"name": "own", "version": "1", "title": {"ja": "自組織", "en": "Own"}, "lists": ["cases"]}),
                           ("cases.json", {"list": "cases", "title": {"ja": "事例", "en": "Cases"}, "fields": {"cause": {"label": {"ja": "原因", "en": "Cause"}}, "losses": {"label": {"ja": "損害", "en": "Losses"}}}, "items": [item]})):
            with open(os.path.join(folder, "own", name), "w") as f:
                json.dump(body, f)
        k = Kaname(postgres, folder)
        k.command("user", "add", "--login", "ciso1", "--roles", "ciso", "--org", k.org)
        t = k.command("token", "create", "--user", "ciso1").strip()
        k.start()
        d = Desk(k, t, check)
        asset = d.make("assets", {"name": "監視盤", "kind": "control"})
        row = d.tables(f"risks/reports/identify?asset={asset['id']}")["cases"][0]["values"]
        check.that((row["title"], row["cause"], row["losses"], row["here"]) == ("浄水場の監視が止まる", "遠隔保守の入口", "断水", 0) and row["source"] == "事業者の公表資料" and row["checked"], "a case with its source", row)
        d.make("risks", {"title": "盤が見えない", "event": "浄水場の監視が止まる。夜間に起きる", "assets": [asset["id"]]})
        check.that(d.tables(f"risks/reports/identify?asset={asset['id']}")["cases"][0]["values"]["here"] == 1, "it was thought of here")
        k.close()


def back_and_on(d):
    r = d.make("risks", {"title": "装置の停止", "state": "watched", "impact": 2})
    d.act("risks", r, "resume", {"result": "x", "state": "open"}, 409)  # it was not sent back
    for body in ({}, {"step": "analyse"}, {"why": "x"}, {"step": "dream", "why": "x"}, {"step": "analyse", "why": "x", "trigger": str(uuid.uuid4())}):
        d.act("risks", r, "reopen", body, 422)
    d.change("risks", r, {"reopened_at": "treat"}, 422)
    b = d.act("risks", r, "reopen", {"step": "evaluate", "why": "契約が変わった"})
    check.that((b["reopened_at"], b["reopened_why"], b["state"]) == ("evaluate", "契約が変わった", "open") and b["reopened_on"], "sent back", b)
    b = d.act("risks", b, "reopen", {"step": "treat", "why": "二つ目"})
    check.that(b["reopened_at"] == "evaluate", "the earlier step stays", b["reopened_at"])
    b = d.act("risks", b, "reopen", {"step": "identify", "why": "三つ目"})
    check.that(b["reopened_at"] == "identify", "an earlier one takes its place", b["reopened_at"])
    b = d.change("risks", b, {"impact": 3})
    check.that(b["reopened_at"] == "identify", "a change alone does not end it")
    for body in ({}, {"result": "x"}, {"state": "watched"}, {"result": "", "state": "watched"}):
        d.act("risks", b, "resume", body, 422)
    b = d.act("risks", b, "resume", {"result": "影響を三にした", "state": "treating"})
    check.that(not b.get("reopened_at") and not b.get("reopened_on") and b["reopened_result"] == "影響を三にした" and b["state"] == "treating", "gone on", b)
    versions = d.get(f"risks/{b['id']}/versions")["versions"]
    check.that([v["action"] for v in versions] == ["resume", "update", "reopen", "reopen", "reopen", "create"], "history keeps each", versions)


def triggers(d, reader):
    risks = [d.make("risks", {"title": f"触れるリスク{i}", "state": s}) for i, s in enumerate(("watched", "closed", "open"))]
    other = d.make("risks", {"title": "触れないリスク", "state": "watched"})
    d.act("risks", risks[2], "reopen", {"step": "context", "why": "先に"})
    retired = d.make("risks", {"title": "廃止"})
    base = {"title": "遠隔保守の弱点が公表された", "kind": "threat", "side": "external", "found_on": "2026-01-05"}
    d.make("triggers", {"title": "種類なし"}, 422)
    d.make("triggers", base | {"state": "handled"}, 422)
    d.act("triggers", d.make("triggers", base | {"step": "analyse"}), "apply", {}, 422)
    d.act("triggers", d.make("triggers", base | {"risks": [other["id"]]}), "apply", {}, 422)
    t = d.make("triggers", base | {"step": "analyse", "risks": [r["id"] for r in risks] + [retired["id"]]})
    check.that(t["state"] == "open", "open at first", t)
    d.act("triggers", t, "apply", {}, 403, reader)
    check.that(d.get("risks/" + risks[0]["id"])["version"] == 1, "refused: nothing happened")
    t = d.act("triggers", t, "apply", {})
    check.that(t["state"] == "handled" and t["handled_on"], "handled", t)
    seen = [d.get("risks/" + r["id"]) for r in risks]
    check.that([r["reopened_at"] for r in seen] == ["analyse", "analyse", "context"] and {r["state"] for r in seen} == {"open"}, "all at the right step", seen)
    check.that(all(r["reopened_by"] == t["id"] and t["number"] in r["reopened_why"] for r in seen), "each says why", seen)
    check.that(d.get("risks/" + other["id"])["version"] == 1, "others are left alone")
    check.that({r["id"] for r in d.get("risks?reopened_by=" + t["id"])["items"]} == {r["id"] for r in risks} | {retired["id"]}, "found by their trigger")
    d.act("triggers", t, "apply", {}, 409)
    d.act("triggers", t, "dismiss", {"why": "x"}, 409)
    d.change("triggers", t, {"title": "別の題"}, 409)
    x = d.make("triggers", base)
    d.act("triggers", x, "dismiss", {}, 422)
    x = d.act("triggers", x, "dismiss", {"why": "その製品を使っていない"})
    check.that(x["state"] == "dismissed" and x["dismissed_reason"] == "その製品を使っていない", "dismissed with its reason", x)


def issues(d):
    risk = d.make("risks", {"title": "課題から"})["id"]
    for state in ("threat", "vulnerability"):
        base = {"title": "課題", "origin": "audit", "state": state}
        d.make("issues", base, 422)
        d.make("issues", base | {"source": "保守用の接続口"})
        d.make("issues", base | {"risks": [risk]})
    r = d.make("issues", {"title": "課題", "origin": "audit", "state": "open"})
    d.change("issues", r, {"state": "threat"}, 422)
    d.change("issues", r, {"state": "threat", "source": "内部の者"})


def consultations(d):
    base = {"title": "影響の基準について", "kind": "asked", "party": "水道事業の有識者会議", "held_on": "2026-01-05", "step": "context"}
    for missing in ("title", "kind", "party", "held_on"):
        d.make("consultations", {n: v for n, v in base.items() if n != missing}, 422)
    d.make("consultations", base | {"held_on": "2999-01-01"}, 422)
    d.make("consultations", base | {"risks": [str(uuid.uuid4())]}, 422)
    risk = d.make("risks", {"title": "相談したリスク"})
    r = d.make("consultations", base | {"risks": [risk["id"]], "outcome": "停止時間で判断する"})
    check.that([x["id"] for x in d.get("consultations?risks=" + risk["id"])["items"]] == [r["id"]], "found by its risk")


def coverage(d):
    unit = d.make("units", {"name": "浄水課"})["id"]
    a, b, e = (d.make("assets", {"name": n, "kind": "control"} | more) for n, more in (
        ("両側から考えた装置", {"confidentiality": 1, "availability": 3, "owner": unit}), ("片側だけの装置", {"availability": 3}), ("まだの装置", {"owner": unit})))
    s = d.make("services", {"name": "水道の供給"})
    for more in ({"found_from": "cause", "leak": True, "assets": [a["id"], b["id"]]}, {"found_from": "effect", "stop": True, "assets": [a["id"]], "services": [s["id"]]},
                 {"found_from": "effect", "stop": True, "assets": [e["id"], b["id"]], "state": "closed"}):
        d.make("risks", {"title": "網羅"} | more)
    def rows(query=""):
        return {n: [(r["of"]["title"], r["values"]) for r in t] for n, t in d.tables("risks/reports/coverage" + query).items()}
    t = rows()
    check.that([n for n, _ in t["assets"]] == ["まだの装置", "片側だけの装置", "両側から考えた装置"], "no risk yet first", t)
    none, half, full = (v for _, v in t["assets"])
    check.that([full[n] for n in ("risks", "cause", "effect", "leak", "error", "stop")] == [2, 1, 1, 1, 0, 1] and not full.get("gaps"), "no gap", full)
    check.that(half["risks"] == 1 and half["gaps"] == "影響から、可用性", "what is missing by name", half)
    check.that(none["risks"] == 0 and none["gaps"] == "原因から、影響から", "a closed risk does not count", none)
    check.that(t["services"][0][1]["gaps"] == "原因から", "the service lacks a cause", t["services"])
    check.that([n for n, _ in rows("?gaps=true")["assets"]] == ["まだの装置", "片側だけの装置"], "only gaps")
    check.that([n for n, _ in rows("?owner=" + unit)["assets"]] == ["まだの装置", "両側から考えた装置"], "of one unit")
    check.that(rows("?owner=" + str(uuid.uuid4()))["assets"] == [], "of nobody")
    for query in ("?gaps=x", "?owner=x", "?x=1"):
        d.get("risks/reports/coverage" + query, 400)


def calendar(d):
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
    day = lambda n: (today + datetime.timedelta(days=n)).isoformat()
    for title, more in (("昨日", {"review_on": day(-1)}), ("今日", {"review_on": day(0)}), ("三百日後", {"review_on": day(300)}), ("四百日後", {"review_on": day(400)}),
                        ("終わった", {"review_on": day(-1), "state": "closed"})):
        d.make("risks", {"title": title} | more)
    d.make("issues", {"title": "課題", "origin": "audit", "state": "open", "review_on": day(-2)})
    t = {n: [(r["of"]["title"], r["values"]["on"]) for r in rows] for n, rows in d.tables("risks/reports/calendar").items()}
    check.that(t == {"overdue": [("課題", day(-2)), ("昨日", day(-1))], "coming": [("今日", day(0)), ("三百日後", day(300))]}, "by day", t)


def run(postgres=None):
    k = Kaname(postgres)
    for login, role in (("ciso1", "ciso"), ("viewer1", "viewer")):
        k.command("user", "add", "--login", login, "--roles", role, "--org", k.org)
    t, reader = (k.command("token", "create", "--user", u).strip() for u in ("ciso1", "viewer1"))
    k.start()
    d = Desk(k, t, check)
    back_and_on(d)
    triggers(d, reader)
    issues(d)
    consultations(d)
    coverage(d)
    calendar(d)
    workbench(d)
    check.that(d.tables(f"risks/reports/identify?asset={d.get('assets')['items'][0]['id']}")["cases"] == [], "no case that nobody checked")
    check.that('"findings":0' in k.command("audit", "verify"), "the history holds")
    k.close()


run()
cases(None)
if os.environ.get("KANAME_PG"):
    run(os.environ["KANAME_PG"])
check.end()
