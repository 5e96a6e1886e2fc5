#!/usr/bin/env python3
"""Black box: a register whose fields come from a pack takes the same road as those written in C: unknown and interval values, child rows,
search, versions, spreadsheets both ways, meta, OpenAPI, history, rights. SQLite and PostgreSQL."""
import base64, json, os, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, ROOT

check = Checks()


def world(postgres, packs):
    k = Kaname(postgres, packs)
    tokens = {role: k.user(role, role) for role in ("risk_manager", "viewer")}
    k.start()
    return k, tokens


def values(k, t):
    service = k.call("POST", k.at("services"), {"name": "音声伝送"}, t).json
    body = {"title": "中継網の停止", "users": {"from": 20000, "to": 50000}, "began": "2026-11-20T13:05:00Z", "loss": {"unknown": "later"}, "kind": "voice", "service": service["id"],
            "segments": [{"at": "2026-11-20T13:05:00Z", "what": "検知", "users": 20000}, {"at": {"unknown": "cannot_tell"}, "what": "一部復旧", "users": {"from": 1, "to": 5000}}]}
    made = k.call("POST", k.at("outages"), body, t)
    check.status(made, 201, "create in a register of a pack")
    r = made.json
    check.that(r["number"] == "OU-0001" and r["users"] == body["users"] and r["loss"] == body["loss"] and len(r["segments"]) == 2, "values as given", r)
    check.that(r["segments"][1]["at"] == {"unknown": "cannot_tell"} and r["segments"][1]["users"] == {"from": 1, "to": 5000}, "rows as given", r["segments"])
    path = k.at("outages/" + r["id"])
    check.that(k.call("GET", path, token=t).json["segments"] == r["segments"], "read back")
    a = k.call("PATCH", path, {"loss": 1200000, "segments": body["segments"][:1]}, t, {"If-Match": '"1"'})
    check.that(a.status == 200 and a.json["loss"] == 1200000 and len(a.json["segments"]) == 1 and a.json["version"] == 2, "change", a.body)
    check.that(len(k.call("GET", path + "/versions", token=t).json["versions"]) == 2, "versions")
    check.that(k.call("GET", k.at("outages?q=%E4%B8%AD%E7%B6%99"), token=t).json["total"] == 1, "search")
    check.that(k.call("GET", k.at("outages?users.min=40000"), token=t).status == 200, "filter by a number that is an interval")
    check.that(k.call("GET", k.at("services/" + service["id"] + "/referrers"), token=t).json["referrers"][0]["id"] == r["id"], "what points to the service")


def refusals(k, t, viewer):
    def bad(body, path, what):
        a = k.call("POST", k.at("outages"), body, t)
        check.that(a.status == 422 and path in {m["path"] for m in a.json["mistakes"]}, what, a.body)
    bad({}, "title", "title is required")
    bad({"title": "x", "users": -1}, "users", "below the least")
    bad({"title": "x", "users": 200000001}, "users", "above the most")
    bad({"title": "x", "users": {"from": 5, "to": 1}}, "users", "an interval turned round")
    bad({"title": "x", "kind": "tekst"}, "kind", "no such choice")
    bad({"title": "x", "segments": [{"what": "y"}]}, "segments/0/at", "a row without its time")
    bad({"title": "x", "segments": [{"at": "2026-11-20T13:05:00Z", "what": "y"}] * 51}, "segments", "too many rows")
    bad({"title": "x", "nothing": 1}, "nothing", "no such field")
    check.status(k.call("POST", k.at("outages"), {"title": "x"}, viewer), 403, "a viewer does not write")
    check.status(k.call("GET", k.at("outages"), token=viewer), 200, "a viewer reads")


def surfaces(k, t):
    meta = k.call("GET", k.at("meta"), token=t).json
    check.that(any(r["path"] == "outages" for r in meta["resources"]), "meta names it")
    check.that("/api/orgs/{org}/outages" in json.dumps(k.call("GET", "/api/openapi.json", token=t).json), "OpenAPI names it")
    for kind in ("xlsx", "csv"):
        file = k.call("GET", k.at("outages." + kind), token=t)
        back = k.call("POST", k.at("import"), {"file": base64.b64encode(file.body).decode(), "name": "outages." + kind}, t)
        check.that(back.status == 200 and back.json["unchanged"] == 1 and back.json["created"] == back.json["updated"] == 0, kind + " comes back unchanged", back.body)
    book = "利用者数,件名,種類\r\n２０，０００〜５０，０００,回線の断,データ\r\n確認できない,別の断,音声\r\n不明,三つ目の断,\r\n".encode("cp932")
    came = k.call("POST", k.at("import"), {"file": base64.b64encode(book).decode(), "name": "停止の記録.csv"}, t)
    check.that(came.status == 200 and came.json["created"] == 3, "a table of an office, with intervals and unknowns", came.body)
    rows = {r["title"]: r["users"] for r in k.call("GET", k.at("outages"), token=t).json["items"]}
    check.that(rows["回線の断"] == {"from": 20000, "to": 50000} and rows["別の断"] == {"unknown": "cannot_tell"}, "read as an interval and as not known", rows)
    check.that('"findings":0' in k.command("audit", "verify").replace(" ", ""), "the history verifies")


with tempfile.TemporaryDirectory() as packs:
    os.symlink(os.path.join(ROOT, "packs", "jp"), os.path.join(packs, "jp"))
    os.symlink(os.path.join(ROOT, "tests", "packs", "drill"), os.path.join(packs, "drill"))
    for postgres in [None] + ([os.environ["KANAME_PG"]] if os.environ.get("KANAME_PG") else []):
        k, tokens = world(postgres, packs)
        try:
            values(k, tokens["risk_manager"])
            refusals(k, tokens["risk_manager"], tokens["viewer"])
            surfaces(k, tokens["risk_manager"])
        finally:
            k.close()
check.end()
