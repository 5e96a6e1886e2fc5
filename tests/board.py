#!/usr/bin/env python3
"""
Black box: the board's page and the auditor's: every answer against the records that were made for it, those that lack by name, and the days by the word
(due today is not overdue). An organisation without records has nothing met.
"""
import datetime, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname

check = Checks()
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
ITEMS = ("sources", "policy", "plans", "operation", "exercises")


def day(n):
    return (TODAY + datetime.timedelta(days=n)).isoformat()


def year_ago(n):
    """A day n days from this day a year ago; 29 February goes to the 28th, as in the program."""
    past = TODAY.replace(year=TODAY.year - 1, day=28 if (TODAY.month, TODAY.day) == (2, 29) else TODAY.day)
    return (past + datetime.timedelta(days=n)).isoformat()


def criteria(**more):
    three = [{"level": i, "name": f"段階{i}", "description": "目安"} for i in (1, 2, 3)]
    cells = [{"impact": i, "likelihood": k, "level": max(i, k), "accepted": max(i, k) == 1} for i in (1, 2, 3) for k in (1, 2, 3)]
    return {"title": "判定基準", "impacts": three, "likelihoods": three, "cells": cells} | more


def judged(what, by="庁議", reason="影響が小さい", **more):
    return {"judgement": what, "judged_by": by, "judgement_reason": reason} | more


class Board(Desk):
    def approve(self, kind, r, token, post="庁議", minutes="第1号", on=0):
        r = self.act(kind, r, "submit", {}, token=token if token == self.both else None)
        return self.act(kind, r, "approve", {"post": post, "minutes": minutes, "date": day(on)}, token=token)

    def facts(self, tables=None):
        tables = tables or self.tables("risks/reports/board")
        return {r["values"]["fact"]: r for i in ITEMS for r in tables[i]}

    def audit(self):
        return self.tables("risks/reports/audit")


def told(row):
    v = row["values"]
    return v.get("state"), v.get("n"), v.get("total"), v.get("missing"), [x["title"] for x in row.get("names", [])]


def empty(d):
    t = d.tables("risks/reports/board")
    check.that(list(t) == ["waiting", "answers", "threatened", "outside", *ITEMS, "stages", "adoption"], "tables in their order", list(t))
    check.that([r["values"]["state"] for r in t["answers"]] == ["no"] * 5, "nothing recorded, nothing met", t["answers"])
    check.that("有効な判定基準がない" in t["answers"][1]["values"]["missing"], "what is missing is said by name", t["answers"][1])
    lines = t["answers"][1]["values"]["missing"].split("\n")
    check.that(len(lines) == len(set(lines)), "each once", lines)
    f = d.facts(t)
    check.that(told(f["criteria_in_force"]) == ("no", 0, None, "有効な判定基準がない", []), "no criteria", f["criteria_in_force"])
    check.that(told(f["risks_with_option"]) == (None, None, None, None, []), "no risk to be treated: nothing to ask", f["risks_with_option"])
    for fact in ("funds_and_people", "systems_watched", "exercises_held"):
        check.that(told(f[fact]) == ("no_place", None, None, "記録する場所がまだない", []), "what the program does not keep it does not claim", f[fact])
    check.that({r["values"]["stage"] for r in t["adoption"]} == {"rules", "organisation", "operation"}, "three stages", t["adoption"])
    check.that([told(r)[:3] for r in t["stages"]] == [("no", 0, 3), ("no", 0, 6), ("no", 0, 3)], "none has begun: what nothing asks for does not count", t["stages"])
    check.that(not any(r["values"].get("state") in ("yes", "partly") for r in t["adoption"]), "no stage has begun", t["adoption"])
    a = d.audit()
    check.that(list(a) == ["decisions", "self", "unproven", "disputed", "overrides", "judged", "returned", "overdue", "proof"], "audit: tables in their order", list(a))
    check.that(all(not a[n] for n in a if n != "proof") and len(a["proof"]) == 3, "audit: nothing but the proof", a)


def sources(d):
    services = [d.make("services", {"name": f"サービス{i}"}) for i in range(7)]
    d.make("risks", {"title": "原因あり", "cause": "弱点", "services": [services[6]["id"]]})
    d.make("risks", {"title": "影響から", "found_from": "effect"})
    d.make("risks", {"title": "由来なし"})
    d.make("risks", {"title": "終わったもの", "state": "closed", "services": [services[0]["id"]]})
    for title, state, more in (("検討中", "open", {}), ("脅威", "threat", {"source": "x"}), ("終了", "closed", {"closed_reason": "x"})):
        d.make("issues", {"title": title, "origin": "audit", "state": state} | more)
    d.make("triggers", {"title": "兆し", "kind": "threat"})
    f = d.facts()
    check.that(told(f["services_with_risks"]) == ("partly", 1, 7, "リスクのないサービス 6件", [f"サービス{i}" for i in range(5)]), "a closed risk does not count", f["services_with_risks"])
    check.that(f["services_with_risks"]["more"] == 1 and f["services_with_risks"]["at"] == "risks/reports/coverage", "one more, and where it is read on", f["services_with_risks"])
    check.that(told(f["risks_with_source"]) == ("partly", 2, 3, "リスク源も特定のしかたもないリスク 1件", ["由来なし"]), "source or way", f["risks_with_source"])
    check.that(told(f["issues_decided"]) == ("partly", 2, 3, "検討中の課題 1件", ["検討中"]), "issues", f["issues_decided"])
    check.that(told(f["audit_issues_decided"])[:3] == ("partly", 2, 3) and told(f["exercise_issues_decided"])[0] == "no", "by origin", f["audit_issues_decided"])
    check.that(told(f["signs_decided"])[:3] == ("no", 0, 1), "signs", f["signs_decided"])
    d.act("triggers", d.get("triggers")["items"][0], "dismiss", {"why": "x"})
    check.that(told(d.facts()["signs_decided"]) == ("yes", 1, 1, None, ["兆し"]), "all decided: what it rests on", d.facts()["signs_decided"])


def policy(d):
    early = d.make("risks", {"title": "基準の前に受け入れた", "impact": 1, "likelihood": 1} | judged("accept", judged_on=day(-9)))
    draft = d.make("criteria-sets", criteria(review_on=day(0)))
    check.that(told(d.facts()["criteria_in_force"])[0] == "no", "a draft is not in force")
    draft = d.act("criteria-sets", draft, "submit", {})
    t = d.tables("risks/reports/board")
    check.that([(r["of"]["id"], r["values"]["days"], r["values"]["submitted_on"]) for r in t["waiting"]] == [(draft["id"], 0, day(0))], "waits for a decision", t["waiting"])
    d.act("criteria-sets", draft, "approve", {"post": "庁議", "minutes": "第1号", "date": day(-5)}, token=d.exec)
    t = d.tables("risks/reports/board")
    f = d.facts(t)
    check.that(not t["waiting"] and told(f["criteria_in_force"]) == ("yes", 1, None, None, ["判定基準"]), "in force", f["criteria_in_force"])
    check.that(told(f["criteria_to_review"])[:2] == ("yes", 1), "to be reviewed today: not late", f["criteria_to_review"])
    check.that(told(f["risks_analysed"])[:3] == ("partly", 1, 4) and told(f["risks_evaluated"])[:3] == ("partly", 1, 4), "analysed", f["risks_analysed"])
    d.make("risks", {"title": "大きい", "impact": 3, "likelihood": 3})
    d.make("risks", {"title": "決めた", "impact": 2, "likelihood": 2, "option": "modify", "option_grounds": "x"})
    against = d.make("risks", {"title": "反して受け入れた", "impact": 3, "likelihood": 2} | judged("accept", reason="費用が合わない"))
    waits = d.make("risks", {"title": "分析なしの判断"} | judged("watch", reason="変化を待つ"))
    t = d.tables("risks/reports/board")
    f = d.facts(t)
    check.that(told(f["risks_with_option"]) == ("partly", 1, 2, "選択肢の決まっていないリスク 1件", ["大きい"]), "accepted against the criteria is not asked again", f["risks_with_option"])
    check.that(told(f["kept_within"]) == ("partly", 1, 2, "受け入れたが基準の範囲外のリスク 1件", ["反して受け入れた"]), "kept", f["kept_within"])
    check.that([r["of"]["title"] for r in t["outside"]] == ["反して受け入れた"], "outside acceptance", t["outside"])
    check.that(set(told(f["risks_ranked"])[4]) <= {"由来なし", "原因あり", "影響から", "分析なしの判断"} and told(f["risks_ranked"])[:3] == ("partly", 4, 8), "those without a level have no place", f["risks_ranked"])
    a = d.audit()
    check.that([(r["of"]["title"], r["values"]["judgement_reason"], r["values"]["verdict"]) for r in a["overrides"]] == [("反して受け入れた", "費用が合わない", "対応が必要")], "overridden, with its reason", a["overrides"])
    check.that([(r["of"]["title"], r["values"]["why"]) for r in a["judged"]] == [("基準の前に受け入れた", "no_criteria"), ("分析なしの判断", "not_evaluated")], "not by criteria", a["judged"])
    d.change("risks", early, {"judged_on": day(-5)})
    check.that([r["of"]["title"] for r in d.audit()["judged"]] == ["分析なしの判断"], "on the day of the approval they were in force", d.audit()["judged"])
    d.change("risks", d.get("risks/" + early["id"]), {"judged_on": day(-6)})
    check.that(len(d.audit()["judged"]) == 2, "the day before they were not")
    against = d.change("risks", against, judged("treat", reason="考え直した"))
    check.that([r["values"]["judgement"] for r in d.audit()["overrides"]] == ["対応する"], "the mark stays")
    a = d.k.call("DELETE", d.k.at("risks/" + against["id"]), token=d.t, headers={"If-Match": f'"{against["version"]}"'})
    check.status(a, 200, "retired")
    check.that([r["values"].get("retired") for r in d.audit()["overrides"]] == [True], "even when it is retired")
    return waits


def plans(d):
    unit, headed = d.make("units", {"name": "浄水課"}), d.make("units", {"name": "総務課", "head": "総務課長"})
    risk = next(r for r in d.get("risks?sort=-number")["items"] if r["title"] == "大きい")
    rows = [{"risk": risk["id"], "title": f"対策{n}", "kind": "prevention", "owner": unit["id"], "due": due} | more
            for n, (due, more) in enumerate(((day(-1), {"cost": 1000}), (day(0), {"cost": {"from": 10, "to": 20}}), (day(-2), {}), (day(90), {"cost": {"unknown": "later"}})))]
    plan = d.make("plans", {"title": "計画一", "measures": rows, "review_on": day(-1)})
    f = d.facts()
    check.that(told(f["plans_approved"]) == ("no", 0, 1, "承認されていない計画 1件", ["計画一"]) and told(f["risks_planned"])[:3] == ("no", 0, 2), "a draft plan plans nothing", f["risks_planned"])
    check.that(told(f["measures_in_time"]) == ("no", 0, 0, "承認された計画に対策がない", []), "nor has it measures", f["measures_in_time"])
    plan = d.approve("plans", plan, d.exec)
    t = d.tables("risks/reports/board")
    f = d.facts(t)
    check.that(told(f["risks_planned"]) == ("partly", 1, 2, "計画にないリスク 1件", ["決めた"]), "planned", f["risks_planned"])
    check.that(told(f["measures_in_time"])[:4] == ("partly", 2, 4, "期限を過ぎた対策 2件"), "due today is not overdue", f["measures_in_time"])
    check.that(told(f["measures_costed"])[:4] == ("partly", 2, 4, "費用のない対策 2件"), "an unknown cost is none", f["measures_costed"])
    check.that(told(f["measures_reported"])[:3] == ("no", 0, 4), "nothing reported", f["measures_reported"])
    check.that(told(f["units_headed"]) == ("partly", 1, 2, "責任者のない部署 1件", ["浄水課"]), "heads", f["units_headed"])
    own = [told(r) for r in t["plans"] if r["values"]["fact"] == "plan_in_time"]
    check.that(own == [("partly", 2, 4, "期限を過ぎた対策 2件", ["計画一"])], "the plan by name", own)
    note = next(x for x in d.get("risks/reports/board")["tables"] if x["name"] == "plans")["note"]["ja"]
    check.that("1,010 〜 1,020 円" in note and "2 件" in note, "what the plans cost", note)
    overdue = [(r["of"]["title"], r["values"]["what"], r["values"]["days"]) for r in d.audit()["overdue"]]
    check.that(overdue == [("計画一", "対策の期限：対策2", 2), ("計画一", "見直し", 1), ("計画一", "対策の期限：対策0", 1)], "overdue, the longest first", overdue)
    check.that(told(f["reviews_in_time"]) == ("partly", 1, 2, "期日を過ぎた見直し 1件", ["計画一"]), "reviews", f["reviews_in_time"])
    for n in (1, 3, 2, 4):
        plan = d.act("plans", plan, "report", {"measure": n, "progress": "done"})
    t = d.tables("risks/reports/board")
    check.that(told(d.facts(t)["measures_in_time"])[:4] == ("yes", 4, 4, None) and not [r for r in t["plans"] if r["values"]["fact"] == "plan_in_time"], "all done", t["plans"])
    check.that(told(d.facts(t)["measures_reported"])[:3] == ("yes", 4, 4), "all reported")
    check.that([r["values"]["what"] for r in d.audit()["overdue"]] == ["見直し"], "what is done is not overdue")
    return risk


def decisions(d, risk):
    plan = d.make("plans", {"title": "残すもの", "accepted": [{"risk": risk["id"], "reason": "小さい", "until": day(-1)}]})
    d.act("plans", plan, "approve", {"post": "市長", "minutes": "x", "date": day(0)}, 409, d.exec)
    plan = d.approve("plans", plan, d.both, post="市長", minutes="決裁第7号", on=-1)
    a = d.audit()
    check.that([(r["of"]["number"], r["values"]["approved_post"], r["values"]["minutes"], r["values"]["approved_on"]) for r in a["decisions"]]
               == [("J-0001", "庁議", "第1号", day(-5)), ("P-0001", "庁議", "第1号", day(0)), ("P-0002", "市長", "決裁第7号", day(-1))], "decisions", a["decisions"])
    check.that([(r["of"]["title"], r["values"]["name"]) for r in a["self"]] == [("残すもの", "both1")], "by one hand", a["self"])
    check.that([(r["of"]["title"], r["values"]["lacks"]) for r in a["unproven"]] == [("判定基準", "file"), ("計画一", "file"), ("残すもの", "file")], "without the file", a["unproven"])
    check.that(("残すもの", "残留リスクの受容の期限（計画）", 1) in [(r["of"]["title"], r["values"]["what"], r["values"]["days"]) for r in a["overdue"]], "acceptance has ended", a["overdue"])


def operation(d, risk):
    d.change("risks", d.get("risks/" + risk["id"]), {"controls": [{"title": "確かめた", "works": "not"}, {"title": "未確認", "works": "untested"}, {"title": "空"}]})
    r = d.act("risks", d.get("risks/" + risk["id"]), "reopen", {"step": "analyse", "why": "契約が変わった"})
    f = d.facts()
    check.that(told(f["controls_checked"]) == ("partly", 1, 3, "効き目を確かめていない対策 2件", ["大きい"]), "one record is named once", f["controls_checked"])
    check.that("more" not in f["controls_checked"], "and there is no further one", f["controls_checked"])
    check.that(told(f["returns_finished"])[3:] == ("やり直しの途中のリスク 1件", ["大きい"]), "returns", f["returns_finished"])
    a = d.audit()["returned"]
    check.that([(x["of"]["title"], x["values"]["step"], x["values"].get("result")) for x in a] == [("大きい", "analyse", None)], "sent back", a)
    d.act("risks", r, "resume", {"result": "変わらない", "state": "treating"})
    a = d.audit()["returned"]
    check.that([(x["of"]["title"], x["values"].get("step"), x["values"]["result"]) for x in a] == [("大きい", None, "変わらない")], "and finished", a)
    check.that(told(d.facts()["returns_finished"])[0] == "yes", "no open return")


def exercises(d):
    d.make("issues", {"title": "連絡が届かない", "origin": "exercise", "state": "open"})
    for name, more in (("定例会", {"held_on": day(-3), "subject": "予算"}), ("情報伝達訓練の反省会", {"held_on": year_ago(0)}), ("昔の訓練", {"held_on": year_ago(-1)}),
                       ("対策会議", {"held_on": day(0), "subject": "停電の演習について"}), ("これからの訓練", {"held_on": day(1)}), ("いつかの訓練", {}), ("Ｄｒｉｌｌ review", {"held_on": day(-1)})):
        d.make("meetings", {"name": name} | more)
    for on in (0, -400):
        d.make("consultations", {"title": f"相談{on}", "kind": "told", "party": "県", "held_on": day(on)})
    t = d.tables("risks/reports/board")
    f = d.facts(t)
    check.that(told(f["exercise_meetings"]) == ("yes", 3, None, None, ["情報伝達訓練の反省会", "対策会議", "Ｄｒｉｌｌ review"]), "of the last twelve months, today included", f["exercise_meetings"])
    check.that(told(f["exercise_issues_decided"]) == ("no", 0, 1, "検討中の演習・訓練の課題 1件", ["連絡が届かない"]), "what the exercise found", f["exercise_issues_decided"])
    check.that(told(f["consulted"])[:2] == ("yes", 1), "consulted", f["consulted"])
    check.that([r["values"]["state"] for r in t["answers"]] == ["partly"] * 5, "each in part", t["answers"])
    check.that("演習・訓練の計画と実施：記録する場所がまだない" in t["answers"][4]["values"]["missing"], "what is not recorded is said", t["answers"][4])
    got = {(r["values"]["stage"], r["values"]["fact"]): r["values"]["state"] for r in t["adoption"]}
    check.that(got[("rules", "criteria_in_force")] == "yes" and got[("organisation", "units_headed")] == "partly" and got[("operation", "measures_reported")] == "yes" and got[("rules", "rules_written")] == "no_place", "stages", got)
    check.that([told(r)[:3] for r in t["stages"]] == [("partly", 2, 3), ("partly", 2, 6), ("partly", 1, 4)], "of each stage so many", t["stages"])


def routes(d, admin):
    """A shared measure is late once; whose turn it is; an approval in spite of an objection is told."""
    for p in d.k.call("GET", d.k.at("people"), token=admin).json["items"]:
        post = {"ciso1": "監査室長", "exec1": "市長"}.get(p["login"])
        if post:
            check.status(d.k.call("PATCH", d.k.at("people/" + p["id"]), {"post": post}, admin), 200, "post of " + p["login"])
    risks = [d.make("risks", {"title": f"共通{n}"})["id"] for n in (1, 2)]
    unit = d.get("units")["items"][0]["id"]
    shared = [{"risk": r, "title": "共通の対策", "kind": "prevention", "owner": unit, "due": day(-3), "cost": 7} for r in risks]
    plan = d.make("plans", {"title": "合議した計画", "measures": shared + [shared[0] | {"title": "別の対策", "due": day(0)}],
                            "route": [{"post": "監査室長", "kind": "consult"}, {"post": "市長", "kind": "decide"}]})
    plan = d.act("plans", plan, "submit", {})
    turn = lambda: [(r["of"]["title"], r["values"].get("turn")) for r in d.tables("risks/reports/board")["waiting"]]
    check.that(turn() == [("合議した計画", "監査室長")], "whose turn", turn())
    plan = d.act("plans", plan, "endorse", {"step": 1, "result": "objected", "note": "早すぎる"})
    check.that(turn() == [("合議した計画", "市長")], "and then", turn())
    check.that(not d.audit()["disputed"], "nothing disputed yet")
    d.act("plans", plan, "approve", {"post": "市長", "minutes": "決裁第9号", "date": day(0), "despite": "待てない"}, token=d.exec)
    a = d.audit()
    check.that([(r["of"]["title"], r["values"]["despite"]) for r in a["disputed"]] == [("合議した計画", "待てない")], "in spite of an objection", a["disputed"])
    late = [r["values"]["days"] for r in a["overdue"] if r["values"]["what"] == "対策の期限：共通の対策"]
    check.that(late == [3], "a shared measure is overdue once", late)
    own = [told(r) for r in d.tables("risks/reports/board")["plans"] if r["values"]["fact"] == "plan_in_time"]
    check.that(own == [("partly", 1, 2, "期限を過ぎた対策 1件", ["合議した計画"])], "and counts once", own)
    d.act("plans", d.get("plans/" + plan["id"]), "report", {"measure": 1, "progress": "done"})
    late = [r["of"]["title"] for r in d.audit()["overdue"] if r["values"]["what"] == "対策の期限：共通の対策"]
    own = [told(r)[1:3] for r in d.tables("risks/reports/board")["plans"] if r["values"]["fact"] == "plan_in_time"]
    check.that((late, own) == (["合議した計画"], [(1, 2)]), "done against one risk, it is still late against the other", (late, own))


def criteria_that_follow(d):
    """The review of criteria that others have followed is nobody's any more."""
    d.approve("criteria-sets", d.make("criteria-sets", criteria(title="次の基準", review_on=day(-1))), d.exec)
    f = d.facts()
    check.that(told(f["criteria_to_review"]) == ("no", 0, 1, "見直し日がないか過ぎた判定基準 1件", ["次の基準"]), "past", f["criteria_to_review"])
    names = [r["of"]["title"] for r in d.tables("risks/reports/calendar")["overdue"] + d.tables("risks/reports/calendar")["coming"]]
    check.that("次の基準" in names and "判定基準" not in names, "only those in force are in the calendar", names)
    d.approve("criteria-sets", d.make("criteria-sets", criteria(title="前からの基準", valid_until=day(-1))), d.exec)
    check.that(told(d.facts()["criteria_in_force"])[4] == ["次の基準"], "what has ended is not in force")


def proof(d):
    note = d.k.call("GET", d.k.at("checkpoint"), token=d.t).body.decode().split("\n")
    rows = d.audit()["proof"]
    check.that([r["values"]["value"] for r in rows] == note[:3] and rows[0]["at"] == "log", "the signed head", rows)
    a = d.k.call("GET", d.k.at("risks/reports/board"), token=d.t, headers={"Accept-Language": "en"}).json
    t = {x["name"]: x for x in a["tables"]}
    check.that(t["answers"]["rows"][0]["values"]["item"] == "1 Risk sources are known" and "Issues still open: " in t["answers"]["rows"][0]["values"]["missing"], "in English", t["answers"]["rows"][0])
    for path in ("board?x=1", "audit?x=1"):
        d.get("risks/reports/" + path, 400)


def met(postgres):
    """All that is asked is there: met; except where something has no place to be recorded."""
    k = Kaname(postgres)
    d = Board(k, k.user("ciso1", "ciso"), check)
    k.start()
    service = d.make("services", {"name": "給水"})["id"]
    d.make("risks", {"title": "止まる", "cause": "停電", "services": [service]})
    d.make("issues", {"title": "連絡網が古い", "origin": "exercise", "state": "threat", "source": "古い連絡網"})
    d.act("triggers", d.make("triggers", {"title": "兆し", "kind": "threat"}), "dismiss", {"why": "x"})
    d.make("meetings", {"name": "停電訓練の反省会", "held_on": day(0)})
    d.make("consultations", {"title": "相談", "kind": "told", "party": "県", "held_on": day(0)})
    d.make("contacts", {"post": "水道課長", "telephone": "03-0000-0000"})
    t = d.tables("risks/reports/board")
    check.that(told(t["sources"][0])[0] == "yes" and t["answers"][0]["values"] == {"item": "1 リスク源の認識", "state": "yes", "missing": None}, "met, with nothing missing", t["answers"][0])
    recorded = [r["values"]["state"] for r in t["exercises"] if r["values"]["state"] != "no_place"]
    check.that(recorded == ["yes"] * 4 and t["answers"][4]["values"]["state"] == "partly", "what has no place is not met", (recorded, t["answers"][4]))
    k.close()


def run(postgres=None):
    k = Kaname(postgres)
    d = Board(k, None, check)
    d.t, d.exec, d.both = k.user("ciso1", "ciso"), k.user("exec1", "executive"), k.user("both1", "risk_manager,executive")
    admin = k.user("admin1", "admin")
    k.start()
    empty(d)
    sources(d)
    policy(d)
    risk = plans(d)
    decisions(d, risk)
    operation(d, risk)
    exercises(d)
    routes(d, admin)
    criteria_that_follow(d)
    proof(d)
    check.that('"findings":0' in k.command("audit", "verify"), "the history holds")
    k.close()


for database in (None, os.environ["KANAME_PG"]) if os.environ.get("KANAME_PG") else (None,):
    run(database)
    met(database)
check.end()
