#!/usr/bin/env python3
"""Black box: what the web page asks of the past and of lists: versions with author and reason, page by page; the history filtered; columns of an export;
excerpts around a hit; mistakes of an import with the content of the cell; a sheet whose kind the reader names. Imports nothing of the server."""
import base64, os, sys, urllib.parse
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()
quote = urllib.parse.quote


def versions(k, t):
    r = k.call("POST", k.at("units"), {"name": "第1版"}, t).json
    for i in range(2, 62):
        h = {"If-Match": f'"{i - 1}"', "X-Reason": quote(f"理由{i}")}
        check.status(k.call("PATCH", k.at("units/" + r["id"]), {"name": f"第{i}版"}, t, h), 200, f"version {i}")
    at = k.at("units/" + r["id"] + "/versions")
    a = k.call("GET", at, token=t).json
    check.that([v["version"] for v in a["versions"]] == list(range(61, 11, -1)) and a["next"] == 12, "50 versions a page, newest first", a.get("next"))
    b = k.call("GET", f"{at}?before={a['next']}", token=t).json
    check.that([v["version"] for v in b["versions"]] == list(range(11, 0, -1)) and "next" not in b, "the last page has no next", b.get("next"))
    v = a["versions"][0]
    check.that(v["reason"] == "理由61" and v["author"] and v["action"] == "update" and v["values"]["name"] == "第61版", "who, when, why, what", v)
    check.status(k.call("PATCH", k.at("units/" + r["id"]), {"name": "x"}, t, {"If-Match": '"61"', "X-Reason": quote("あ" * 1001)}), 400, "a reason that is too long")
    check.status(k.call("PATCH", k.at("units/" + r["id"]), {"name": "x"}, t, {"If-Match": '"61"', "X-Reason": "%FF%FE"}), 400, "a reason that is no text")
    check.status(k.call("GET", at + "?before=x", token=t), 400, "no page x")
    return r


def history(k, t, unit):
    log = lambda q: k.call("GET", k.at("log?" + q), token=t).json
    one = log("object=" + unit["id"])
    check.that(len(one["leaves"]) == 50 and one["next"] == one["leaves"][-1]["index"], "a page of the history of one record")
    first = one["leaves"][0]
    check.that(first["resource"] == "units" and first["title"] == "第61版" and first["number"] == unit["number"] and first["author"], "the history names object and author", first)
    rest = log(f"object={unit['id']}&before={one['next']}")
    check.that([x["version"] for x in rest["leaves"]] == list(range(11, 0, -1)) and "next" not in rest, "the rest", rest.get("next"))
    check.that({x["action"] for x in log("action=unit.create")["leaves"]} == {"unit.create"}, "by action")
    check.that(log("action=uni")["leaves"] == [], "half a word is no action")
    check.that(all(x["actor"] == first["actor"] for x in log("actor=" + first["actor"])["leaves"]), "by person")
    check.that(log("from=2099-01-01")["leaves"] == [] and log("until=2001-01-01")["leaves"] == [], "by days without anything")
    check.that(len(log("from=2001-01-01&until=2099-01-01")["leaves"]) == 50, "by days")
    check.status(k.call("GET", k.at("log?from=someday"), token=t), 400, "no day")


def lists(k, t):
    k.call("POST", k.at("units"), {"name": "水道課"}, t)
    text = k.call("GET", k.at("units.csv?columns=name&q=" + quote("水道課")), token=t).body.decode("utf-8-sig")
    check.that(len(text.splitlines()) == 2 and text.splitlines()[0].count(",") == 1, "an export has the chosen columns and rows", text)
    check.status(k.call("GET", k.at("units?columns=name"), token=t), 200, "columns in the address do not disturb the list")


def excerpts(k, t):
    long = "前置き" * 100 + "ｻｰﾊﾞの更新" + "後書き" * 100
    r = k.call("POST", k.at("meetings"), {"name": "会議", "held_on": "2026-11-20", "subject": long}, t)
    if r.status != 201: return check.that(False, "a meeting", r.body)
    hit = k.call("GET", k.at("search?q=" + quote("サーバの更新")), token=t).json["hits"]
    check.that(len(hit) == 1 and "ｻｰﾊﾞの更新" in hit[0]["excerpt"] and len(hit[0]["excerpt"]) < 120 and hit[0]["excerpt"][0] == "…", "the excerpt lies around the hit", hit)


def sheets(k, t):
    book = "部署名,上位,備考\n財政課,無い部署,\n,,\n".encode()
    raw = lambda q: k.call("POST", k.at("import/propose" + q), token=t, raw=book, headers={"Content-Type": "application/octet-stream", "X-File-Name": "x.csv"})
    name = raw("").json["plan"]["sheets"][0]["sheet"]
    one = raw(f"?sheet={quote(name)}&resource=unit&row=1")
    check.that(one.status == 200 and one.json["plan"]["sheets"][0]["resource"] == "unit" and len(one.json["plan"]["sheets"][0]["columns"]) == 3, "a sheet as what the reader says", one.body)
    check.status(raw(f"?sheet={quote(name)}&resource=nothing"), 404, "no such kind")
    check.status(raw("?sheet=nothing&resource=unit"), 404, "no such sheet")
    check.status(raw(f"?sheet={quote(name)}&resource=unit&row=-1"), 400, "no such row")
    plan = one.json["plan"]
    for c, f in zip(plan["sheets"][0]["columns"], ("name", "parent", None)):
        c["field"] = f
    a = k.call("POST", k.at("import?dry=1"), {"file": base64.b64encode(book).decode(), "name": "x.csv", "plan": plan}, t)
    m = a.json.get("mistakes", [{}])[0]
    check.that(a.status == 422 and m["path"] == f"{name}!B2" and m["value"] == "無い部署", "a mistake has the content of its cell", a.body)


def run(postgres):
    k = Kaname(postgres)
    t = k.user("ciso1", "ciso")
    k.start()
    unit = versions(k, t)
    history(k, t, unit)
    lists(k, t)
    excerpts(k, t)
    sheets(k, t)
    check.that('"findings":0' in k.command("audit", "verify"), "audit over many versions")
    k.close()


on_both(run)
check.end()
