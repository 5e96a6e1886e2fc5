#!/usr/bin/env python3
"""
Black box: the register at the end of two days compared, and issues by age. The clock is set (faketime), so that each thing happens on a known day in Japan.
Each expectation is written by hand from what was done on which day.
"""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from urllib.parse import quote
from kaname import Checks, Desk, Kaname, on_both

check = Checks()


def criteria(title, accept):
    steps = [{"level": i, "name": f"段階{i}", "description": "目安"} for i in (1, 2, 3)]
    cells = [{"impact": i, "likelihood": k, "level": i + k - 1, "accepted": accept(i, k)} for i in (1, 2, 3) for k in (1, 2, 3)]
    return {"title": title, "impacts": steps, "likelihoods": steps, "cells": cells}


class World(Desk):
    """One organisation whose clock is set from day to day; times are UTC, nine hours behind Japan."""

    def __init__(self, postgres):
        k = Kaname(postgres)
        k.env = {**os.environ, "TZ": "UTC"}
        for login, role in (("ciso1", "ciso"), ("manager1", "risk_manager"), ("exec1", "executive"), ("viewer1", "viewer")):
            k.command("user", "add", "--login", login, "--roles", role, "--org", k.org)
        tokens = [k.command("token", "create", "--user", u).strip() for u in ("ciso1", "manager1", "exec1", "viewer1")]
        super().__init__(k, tokens[0], check)
        self.ciso, self.manager, self.executive, self.viewer = tokens

    def at(self, time):
        if self.k.process and self.k.process.poll() is None:
            self.k.stop()
        return self.k.start_at("@" + time)

    def approve(self, body, date):
        r = self.act("criteria-sets", self.make("criteria-sets", body), "submit", {})
        return self.act("criteria-sets", r, "approve", {"post": "庁議", "minutes": "第1号", "date": date}, token=self.executive)

    def retire(self, path, r):
        a = self.k.call("DELETE", self.k.at(path) + "/" + r["id"], token=self.t, headers={"If-Match": f'"{r["version"]}"'})
        check.status(a, 200, "retire " + path)

    def say(self, r, body, reason, token):
        a = self.k.call("PATCH", self.k.at("risks/") + r["id"], body, token, {"If-Match": f'"{r["version"]}"', "X-Reason": quote(reason)})
        check.status(a, 200, "change with a reason")
        return a.json

    def between(self, query):
        return {n: {r["of"]["title"] if "of" in r else r["values"]["what"]: r["values"] for r in rows} for n, rows in self.tables("risks/reports/between?" + query).items()}


JUDGED = {"judgement": "accept", "judged_by": "市長", "judgement_reason": "代わりがある"}


def january(w):
    """2026-01-05 in Japan."""
    x = w.x = {}
    x["J1"] = w.approve(criteria("はじめの基準", lambda i, k: i + k <= 3), "2026-01-05")
    for name, more in (("同じまま", {"impact": 1, "likelihood": 1}), ("影響が大きくなる", {"impact": 2, "likelihood": 2}), ("終わる", {}), ("廃止する", {"impact": 3, "likelihood": 1}),
                       ("基準で変わる", {"impact": 1, "likelihood": 2}), ("異なる判断をする", {"impact": 3, "likelihood": 3}), ("はじめから終わっている", {"state": "closed"})):
        x[name] = w.make("risks", {"title": name} | more)
    x["古い装置"] = w.make("assets", {"name": "古い装置", "kind": "control"})
    x["残る装置"] = w.make("assets", {"name": "残る装置", "kind": "control"})


def february(w):
    """2026-02-10: by the manager and the CISO."""
    x = w.x
    r = w.say(x["影響が大きくなる"], {"impact": 3}, "試験で分かった", w.manager)
    w.say(r, {"losses": "断水"}, "書き足し", w.ciso)
    w.say(x["終わる"], {"state": "closed"}, "装置がなくなった", w.ciso)
    w.retire("risks", x["廃止する"])
    w.say(x["異なる判断をする"], JUDGED, "市長の判断", w.manager)
    w.make("risks", {"title": "新しい", "impact": 2, "likelihood": 3})
    w.make("risks", {"title": "新しく、もう終わった", "state": "closed"})
    w.retire("risks", w.make("risks", {"title": "書き間違い"}))
    r = w.act("risks", x["同じまま"], "reopen", {"step": "evaluate", "why": "契約が変わった"})
    w.act("risks", r, "resume", {"result": "変わらない", "state": "open"})
    w.change("risks", x["基準で変わる"], {"option": "retain", "option_grounds": "小さい", "state": "watched"})
    w.retire("assets", x["古い装置"])
    w.make("services", {"name": "水道の供給"})


def march(w):
    """2026-03-10: new criteria accept less; nobody touches a risk."""
    w.approve(criteria("新しい基準", lambda i, k: i + k <= 2), "2026-03-10")


def compared(w):
    t = w.between("from=2026-01-05&to=2026-02-10")
    check.that(set(t["new"]) == {"新しい", "新しく、もう終わった"} and t["new"]["新しい"]["level"] == 4 and t["new"]["新しい"]["verdict"] == "対応が必要", "new", t["new"])
    check.that({n: v["how"] for n, v in t["ended"].items()} == {"終わる": "終了", "廃止する": "廃止", "新しく、もう終わった": "終了"}, "ended", t["ended"])
    check.that(t["ended"]["廃止する"]["level"] == 3 and t["ended"]["終わる"]["reason"] == "装置がなくなった" and t["ended"]["終わる"]["who"] == "ciso1", "how it ended", t["ended"])
    check.that(set(t["changed"]) == {"影響が大きくなる", "異なる判断をする"}, "changed", t["changed"])
    v = t["changed"]["影響が大きくなる"]
    check.that((v["level_before"], v["level"], v["steps"], v["priority"]) == (3, 4, "2・2 → 3・2", "上がった"), "before and after", v)
    check.that((v["who"], v["reason"], v["at"][:10]) == ("manager1", "試験で分かった", "2026-02-10"), "by whom: not who changed something else later", v)
    check.that(list(t["overrides"]) == ["異なる判断をする"] and t["overrides"]["異なる判断をする"]["judgement_reason"] == "代わりがある", "overrides", t["overrides"])
    check.that(t["overrides"]["異なる判断をする"]["who"] == "manager1", "who overrode", t["overrides"])
    v = t["reopened"]
    check.that(list(v) == ["同じまま"] and (v["同じまま"]["step"], v["同じまま"]["why"], v["同じまま"]["still"]) == ("評価", "契約が変わった", False), "sent back and gone through", v)
    v = t["treated"]
    check.that(list(v) == ["基準で変わる"] and v["基準で変わる"]["option"] == "－ → 保有" and v["基準で変わる"]["state"] == "検討中 → 監視中", "treated", v)
    check.that({n: (v["kind"], v["what"]) for n, v in t["things"].items()} == {"古い装置": ("情報資産", "なくなった"), "水道の供給": ("サービス", "加わった")}, "things", t["things"])
    c = {n: (v["before"], v["after"], v["change"]) for n, v in t["counts"].items()}
    check.that(c["リスク（終了を除く）"] == (6, 5, "-1"), "how many", c)
    # before: 1 of level 1 (1,1), 1 of 2 (1,2), 2 of 3 (2,2 and 3,1), 1 of 5, 1 without; after: 1, 1, none, 2 of 4 (3,2 and 2,3), 1 of 5
    check.that([c[f"レベル {i}"] for i in (1, 2, 3, 4, 5)] == [(1, 1, "±0"), (1, 1, "±0"), (2, 0, "-2"), (0, 2, "+2"), (1, 1, "±0")] and c["レベルなし"] == (1, 0, "-1"), "by level", c)
    check.that((c["評価：対応が必要"], c["評価：受容できる"], c["評価：未評価"]) == ((3, 3, "±0"), (2, 2, "±0"), (1, 0, "-1")), "by evaluation", c)


def new_criteria(w):
    t = w.between("from=2026-02-10")
    v = t["changed"]
    check.that(set(v) == {"基準で変わる"} and (v["基準で変わる"]["verdict_before"], v["基準で変わる"]["verdict"]) == ("受容できる", "対応が必要"), "changed by criteria", v)
    check.that("J-0001 → J-0002" in v["基準で変わる"]["why"] and not v["基準で変わる"].get("who"), "nobody changed the risk", v)
    check.that(not t["new"] and not t["ended"] and not t["things"] and not t["reopened"], "nothing else", t)
    note = w.get("risks/reports/between?from=2026-02-10")["tables"][0]["note"]["ja"]
    check.that("2026年2月10日" in note and "2026年3月20日" in note, "to is today, in Japan", note)
    t = w.between("from=2026-01-04&to=2026-01-05")
    check.that(len(t["new"]) == 7 and len(t["ended"]) == 1 and t["counts"]["リスク（終了を除く）"]["before"] == 0 and not t["changed"], "from nothing", t)
    check.that("なし → J-0001" in w.get("risks/reports/between?from=2026-01-04&to=2026-01-05")["tables"][0]["note"]["ja"], "no criteria then")
    check.that(not any(w.between("from=1990-01-01&to=1990-12-31")[n] for n in ("new", "ended", "changed", "things")), "before there was anything")


def midnight(w):
    """15:00 UTC is midnight in Japan."""
    w.at("2026-04-01 14:59:00")
    w.make("risks", {"title": "日付が変わる前"})
    w.at("2026-04-01 15:00:10")
    w.make("risks", {"title": "日付が変わった後"})
    for query, want in (("from=2026-03-31&to=2026-04-01", ["日付が変わる前"]), ("from=2026-04-01&to=2026-04-02", ["日付が変わった後"]), ("from=2026-04-01", ["日付が変わった後"])):
        check.that(list(w.between(query)["new"]) == want, "a day ends at midnight in Japan: " + query)


def many_versions(w):
    """Of a risk that is changed all day the latest 20 versions are looked at, and it is said."""
    w.at("2026-05-01 03:00:00")
    r = w.make("risks", {"title": "よく変わる", "impact": 1, "likelihood": 1})
    w.at("2026-05-02 03:00:00")
    r = w.change("risks", r, {"impact": 3})
    for i in range(19):
        r = w.change("risks", r, {"losses": f"書き足し{i}"})
    query = "risks/reports/between?from=2026-05-01&to=2026-05-02"
    row = w.between("from=2026-05-01&to=2026-05-02")["changed"]["よく変わる"]
    check.that(row["who"] == "ciso1" and "note" not in w.get(query)["tables"][3], "twenty are looked at", row)
    w.change("risks", r, {"losses": "もう一度"})
    row = w.between("from=2026-05-01&to=2026-05-02")["changed"]["よく変わる"]
    check.that(not row.get("who") and "20" in w.get(query)["tables"][3]["note"]["ja"], "the twenty-first is not, and it is said", row)


def wrong_dates(w):
    for query, path in (("from=2026-02-10&to=2026-01-05", "from"), ("from=2026-02-10&to=2026-02-10", "from"), ("from=2026-03-20", "from"), ("from=2026-01-05&to=2026-03-21", "to"),
                        ("from=2026-03-21&to=2026-03-22", "to")):
        a = w.get("risks/reports/between?" + query, 422)
        check.that(path in [m["path"] for m in a["mistakes"]], query, a)
    for query in ("", "to=2026-01-05", "from=x", "from=2026-02-30", "from=2026-01-05&x=1", "from=2026-01-05&from=2026-01-06"):
        w.get("risks/reports/between?" + query, 400)


def ages(w):
    """Today is 2026-06-30: from 2026-05-31 it is 30 days, from 2026-04-01 90, from 2026-01-01 180, from 2025-06-30 365."""
    w.at("2026-06-30 03:00:00")
    unit = w.make("units", {"name": "浄水課"})["id"]
    for title, found, origin in (("今日", None, "audit"), ("30日", "2026-05-31", "audit"), ("31日", "2026-05-30", "audit"), ("90日", "2026-04-01", "exercise"), ("91日", "2026-03-31", "exercise"),
                                 ("180日", "2026-01-01", "operation"), ("181日", "2025-12-31", "operation"), ("365日", "2025-06-30", "environment"), ("366日", "2025-06-29", "environment")):
        w.make("issues", {"title": title, "origin": origin, "state": "open", "owner": unit} | ({"found_on": found} if found else {}))
    t = w.tables("issues/reports/ages")
    rows = [(r["of"]["title"], r["values"]["days"]) for r in t["open"]]
    check.that(rows == [("366日", 366), ("365日", 365), ("181日", 181), ("180日", 180), ("91日", 91), ("90日", 90), ("31日", 31), ("30日", 30), ("今日", 0)], "oldest first", rows)
    check.that(t["open"][0]["values"]["origin"] == "environment" and t["open"][0]["values"]["owner"] == unit and t["open"][0]["values"]["since"] == "2025-06-29", "with origin and owner", t["open"][0])
    classes = [tuple(r["values"][n] for n in ("operation", "audit", "environment", "exercise", "all")) for r in t["classes"]]
    check.that(classes == [(0, 0, 1, 0, 1), (1, 0, 1, 0, 2), (1, 0, 0, 1, 2), (0, 1, 0, 1, 2), (0, 2, 0, 0, 2)], "by class, oldest first", classes)


def decided(w):
    """Decided on 2025-06-30 and later; the twelve months before 2026-06-30 begin on 2025-07-01."""
    w.at("2025-06-30 03:00:00")
    def issue(title, state, **more):
        return w.make("issues", {"title": title, "origin": "audit", "state": state, "source": "接続口", "closed_reason": "直した"} | more)
    issue("はじめから脅威", "threat")  # on 2025-06-30
    later, again, twice = issue("後で終了", "open"), issue("もう一度", "closed"), issue("何度も", "open")
    w.at("2025-07-01 03:00:00")
    w.change("issues", later, {"state": "closed"})
    issue("次の日に脆弱性", "vulnerability", origin="exercise")
    w.change("issues", again, {"title": "題だけ変えた"})
    for state in ("closed", "open", "threat"):
        twice = w.change("issues", twice, {"state": state})
    w.retire("issues", issue("書き間違い", "closed"))
    w.at("2026-06-30 03:00:00")
    rows = {r["values"]["result"]: (r["values"]["audit"], r["values"]["exercise"], r["values"]["all"]) for r in w.tables("issues/reports/ages")["decided"]}
    check.that(rows == {"脅威として扱う": (1, 0, 1), "脆弱性として扱う": (0, 1, 1), "終了": (1, 0, 1)}, "decided in twelve months", rows)
    w.at("2026-06-29 03:00:00")
    rows = {r["values"]["result"]: r["values"]["all"] for r in w.tables("issues/reports/ages")["decided"]}
    check.that(rows == {"脅威として扱う": 2, "脆弱性として扱う": 1, "終了": 2}, "a day earlier those of 2025-06-30 count too", rows)


def run(postgres=None):
    w = World(postgres)
    if not w.at("2026-01-05 03:00:00"):
        print("faketime is missing: nothing checked")
        return
    january(w)
    w.at("2026-02-10 03:00:00")
    february(w)
    w.at("2026-03-10 03:00:00")
    march(w)
    w.at("2026-03-20 03:00:00")
    compared(w)
    new_criteria(w)
    wrong_dates(w)
    w.t = w.viewer
    compared(w)  # whoever reads the register reads its past
    w.t = w.ciso
    midnight(w)
    many_versions(w)
    ages(w)
    decided(w)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history holds")
    w.k.close()


on_both(run)
check.end()
