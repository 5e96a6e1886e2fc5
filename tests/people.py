#!/usr/bin/env python3
"""Black box: people, roles, invitations, settings, new organisations; what an administrator must not be able to do. SQLite and PostgreSQL."""
import contextlib, os, sqlite3, sys, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()


def people(k, who):
    return {p["name"]: p for p in k.call("GET", k.at("people"), **who).json["items"]}


def life_of_a_person(k, admin):
    a = k.call("POST", k.at("people"), {"name": "議長", "kana": "ぎちょう", "post": "議長"}, **admin)
    check.status(a, 201, "a person without login")
    check.that(a.json["login"] is None and a.json["roles"] == [] and "link" not in a.json and not a.json["totp"], "no login, no link", a.body)
    a = k.call("POST", k.at("people"), {"name": "水道　課長", "login": " Ｓｕｉｄｏ ", "post": "水道課長", "roles": ["risk_owner", "viewer"]}, **admin)
    check.status(a, 201, "a person with login")
    check.that(a.json["login"] == "suido" and a.json["roles"] == ["viewer", "risk_owner"] and len(a.json["link"]) > 40, "login is folded; link", a.body)
    one, session = k.at("people/" + a.json["id"]), k.enter(a.json["link"])
    check.status(k.call("POST", "/api/login/link", {"secret": a.json["link"]}), 401, "the link works once")
    check.status(k.call("POST", k.at("assets"), {"name": "台帳", "kind": "system"}, headers=session), 201, "the risk owner writes")
    check.status(k.call("PATCH", one, {"roles": ["viewer"]}, **admin), 200, "fewer roles")
    check.status(k.call("POST", k.at("assets"), {"name": "台帳2", "kind": "system"}, headers=session), 403, "… at once")
    check.status(k.call("PATCH", one, {"roles": []}, **admin), 200, "no roles")
    check.status(k.call("GET", k.at("units"), headers=session), 404, "… at once")
    check.that(people(k, admin)["水道　課長"]["roles"] == [], "still in the list")
    k.call("PATCH", one, {"roles": ["auditor"]}, **admin)
    a = k.call("PATCH", one, {"disabled": True}, **admin)
    check.that(a.status == 200 and a.json["disabled"], "disable", a.body)
    check.status(k.call("GET", k.at("units"), headers=session), 401, "its session ended at once")
    check.status(k.call("POST", one + "/link", {}, **admin), 409, "no link for a disabled account")
    k.call("PATCH", one, {"disabled": False}, **admin)
    check.status(k.call("GET", k.at("units"), headers=session), 401, "enabling does not bring the session back")
    a = k.call("POST", one + "/link", {}, **admin)
    check.that(a.status == 200 and set(a.json) == {"secret", "expires"}, "a new link", a.body)
    session = k.enter(a.json["secret"])
    check.that(k.call("GET", "/api/account", headers=session).json["login"] == "suido", "own account")
    colleague = k.call("GET", k.at("people"), headers=session).json["items"][0]
    check.that("login" in colleague, "an auditor sees how people log in", colleague)
    k.call("PATCH", one, {"roles": ["viewer"]}, **admin)
    colleague = k.call("GET", k.at("people"), headers=session).json["items"][0]
    check.that("login" not in colleague and "totp" not in colleague and "post" in colleague, "a viewer does not", colleague)
    check.status(k.call("PATCH", one, {"login": None}, **admin), 200, "the login is taken away")
    check.status(k.call("GET", "/api/account", headers=session), 401, "… and what it opened")
    actions = [x["action"] for x in k.call("GET", k.at("log?object=" + a_id(one)), token=k.auditor).json["leaves"]]
    check.that(set(actions) >= {"account.create", "account.roles", "account.disable", "account.enable", "account.link", "account.update"}, "all of it is in the history", actions)


def a_id(path):
    return path.rsplit("/", 1)[1]


def only_administrator(k, admin):
    """Any member has a home; what one may not read is empty there."""
    made = k.call("POST", k.at("people"), {"name": "管理だけ", "login": "onlyadmin", "roles": ["admin"]}, **admin).json
    session = {"headers": k.enter(made["link"])}
    k.call("POST", k.at("risks"), {"title": "見えないリスク"}, **admin)
    home = k.call("GET", k.at("home"), **session)
    check.that(home.status == 200 and not home.json["changed"] and not any(home.json["prepared"].values()) and "見えない" not in home.body.decode(), "home of an administrator", home.body)
    check.that("見えない" in k.call("GET", k.at("home"), **admin).body.decode(), "… and of somebody who reads")
    roles = k.call("GET", k.at("meta"), **session).json["all_roles"]
    check.that([r["code"] for r in roles] == "viewer risk_owner risk_manager ciso executive auditor admin".split() and all(r["help"]["ja"] and r["help"]["en"] for r in roles), "roles in words", roles)
    k.call("PATCH", k.at("people/" + made["id"]), {"roles": []}, **admin)


def mistakes(k, admin):
    a = k.call("POST", k.at("people"), {"login": "a b", "roles": ["king", 7, "viewer"], "kana": 5, "colour": 1, "id": "x", "totp": True}, **admin)
    paths = {(m["path"], m["code"]) for m in a.json.get("mistakes", [])}
    want = {("login", "characters"), ("roles/0", "choice"), ("roles/1", "choice"), ("kana", "type"), ("colour", "unknown_field"), ("id", "unknown_field"), ("totp", "unknown_field"), ("name", "required")}
    check.that(a.status == 422 and paths >= want, "all mistakes at once", want - paths)
    check.status(k.call("POST", k.at("people"), {"name": "x", "disabled": True}, **admin), 422, "disabled is not for new people")
    check.status(k.call("POST", k.at("people"), {"name": "x", "roles": "ciso"}, **admin), 422, "roles are an array")
    for login in ("ＡＤＭＩＮ", "Admin", " admin"):
        a = k.call("POST", k.at("people"), {"name": "x", "login": login}, **admin)
        check.that(a.status == 422 and a.json["mistakes"][0]["code"] == "unique", "taken login " + login, a.body)
    for login in ("аdmin", "adm\u200bin", "管理者", "x", "a" * 101, "a'b"):  # the first with a Cyrillic а
        check.status(k.call("POST", k.at("people"), {"name": "x", "login": login}, **admin), 422, "login " + login)
    for name in ("", "　", "a\u202eb", "a\nb", "あ" * 101):
        check.status(k.call("POST", k.at("people"), {"name": name}, **admin), 422, "name " + repr(name))
    me = people(k, admin)["管理者"]
    a = k.call("PATCH", k.at("people/" + me["id"]), {}, **admin)
    check.that(a.status == 200 and a.json == me, "an empty change changes nothing", a.body)


def the_last_administrator(k, admin):
    me = k.at("people/" + people(k, admin)["管理者"]["id"])
    for change in ({"roles": ["ciso"]}, {"roles": []}, {"disabled": True}, {"login": None}):
        check.status(k.call("PATCH", me, change, **admin), 409, f"the last administrator: {change}")
    check.status(k.call("GET", "/api/account", **admin), 200, "… and nothing happened")
    other = k.call("POST", k.at("people"), {"name": "第二", "login": "second", "roles": ["admin"]}, **admin).json
    check.status(k.call("PATCH", me, {"roles": ["admin", "ciso", "risk_manager"], "post": "情報課"}, **admin), 200, "other changes of oneself")
    check.status(k.call("PATCH", me, {"subtree": False, "roles": ["ciso"]}, **admin), 200, "with a second one: yes")
    check.status(k.call("GET", k.at("people"), **admin), 200, "still a member")
    check.status(k.call("POST", k.at("people"), {"name": "x"}, **admin), 403, "no administrator any more")
    second = {"headers": k.enter(other["link"])}
    check.status(k.call("PATCH", k.at("people/" + other["id"]), {"disabled": True}, **second), 409, "now the second one is the last")
    check.status(k.call("PATCH", me, {"disabled": True}, **second), 403, "an instance administrator is out of reach")
    for act in ("link", "totp-reset"):
        check.status(k.call("POST", f"{me}/{act}", {}, **second), 403, "… also by " + act)
    check.status(k.call("PATCH", me, {"roles": ["admin", "ciso", "risk_manager"], "subtree": True}, **second), 422, "no rights below without having them")
    check.status(k.call("PATCH", me, {"roles": ["admin", "ciso", "risk_manager"]}, **second), 200, "roles back")
    return other, second


def organisations(k, admin, second):
    a = k.call("POST", "/api/orgs", {"name": "", "kind": "army", "parent": "x", "color": 1}, **admin)
    check.that(a.status == 422 and {m["path"] for m in a.json["mistakes"]} == {"name", "kind", "parent", "color"}, "mistakes of an organisation", a.body)
    a = k.call("POST", "/api/orgs", {"name": "x", "parent": str(uuid.uuid4())}, **admin)
    check.that(a.status == 422 and a.json["mistakes"][0]["path"] == "parent", "no such parent", a.body)
    check.status(k.call("POST", "/api/orgs", {"name": "x"}, **second), 403, "an administrator of one organisation makes none")
    child = k.call("POST", "/api/orgs", {"name": "水道局", "kana": "すいどうきょく", "parent": k.org}, **admin)
    check.status(child, 201, "an organisation below")
    child = child.json
    at = f"/api/orgs/{child['id']}/"
    check.that(child["kind"] == "operator" and k.call("GET", at + "settings", **admin).json == child, "its settings")
    check.status(k.call("GET", at + "settings", **second), 404, "an administrator above without subtree does not see it")
    both = k.call("POST", at + "people", {"name": "局長", "login": "kyoku", "roles": ["admin"]}, **admin)
    check.status(both, 201, "its own administrator")
    mine = {"headers": k.enter(both.json["link"])}
    check.status(k.call("POST", k.at("people"), {"name": "x"}, **mine), 404, "who does not see what is above")
    a = k.call("POST", at + "people", {"name": "x", "roles": ["viewer"], "subtree": True}, **mine)
    check.that(a.status == 422 and a.json["mistakes"][0]["path"] == "subtree", "rights below only from who has them", a.body)
    foreign = people(k, admin)["第二"]["id"]
    for method, tail, body in (("PATCH", "", {"name": "x"}), ("PATCH", "", {"disabled": True}), ("POST", "/link", {}), ("POST", "/totp-reset", {})):
        x, y = (k.call(method, f"{at}people/{i}{tail}", body, **mine) for i in (foreign, str(uuid.uuid4())))
        check.that(x.status == y.status == 404 and x.body == y.body, f"a person of another organisation: {method} {tail}", (x.body, y.body))
    a = k.call("PATCH", at + "settings", {"name": "水道企業団", "kana": ""}, **mine)
    check.that(a.status == 200 and a.json["name"] == "水道企業団" and a.json["kana"] == "", "rename", a.body)
    check.status(k.call("PATCH", at + "settings", {"name": None}, **mine), 422, "a name stays")
    check.status(k.call("PATCH", at + "settings", {"kind": "ministry"}, **mine), 422, "the kind is not for it")
    log = k.call("POST", at + "people", {"name": "監査", "login": "kansa", "roles": ["auditor"]}, **mine).json
    leaves = k.call("GET", at + "log", headers=k.enter(log["link"])).json["leaves"]
    check.that([x["action"] for x in leaves] == ["account.create", "org.update", "account.create", "org.create"], "history of the new organisation", leaves)
    own = k.call("POST", "/api/orgs", {"name": "独立"}, **admin).json
    me = k.call("GET", f"/api/orgs/{own['id']}/people", **admin).json["items"]
    check.that(len(me) == 1 and me[0]["roles"] == ["admin"], "who makes an organisation administers it", me)
    a = k.call("PATCH", f"/api/orgs/{own['id']}/people/{me[0]['id']}", {"roles": []}, **admin)
    check.status(a, 409, "and cannot leave it alone")


def narrow_token(k):
    """A token of an administrator who is more than that: it administers others, and does not become a session of its own account."""
    k.command("user", "add", "--login", "both", "--roles", "admin,ciso")
    token = k.command("token", "create", "--user", "both", "--roles", "admin").strip()
    check.status(k.call("GET", k.at("risks"), token=token), 404, "narrow: reads no register")
    me = [p for p in k.call("GET", k.at("people"), token=token).json["items"] if p["login"] == "both"][0]
    for act in ("link", "totp-reset"):
        check.status(k.call("POST", k.at(f"people/{me['id']}/{act}"), {}, token), 403, "no " + act + " for its own account")
    check.status(k.call("PATCH", k.at("people/" + me["id"]), {"login": "other"}, token), 403, "no other login either")


def asked_again(k, admin):
    """The same request again gives the same person, and the file never held the link."""
    key = {**admin["headers"], "Idempotency-Key": "the-same-person-again"}
    body = {"name": "一人だけ", "login": "once", "roles": ["viewer"]}
    a, b = (k.call("POST", k.at("people"), body, headers=key) for _ in range(2))
    check.that(a.status == b.status == 201 and a.json["id"] == b.json["id"] and "link" not in b.json, "once; the secret is not kept", b.body)
    check.that(sum(n == "一人だけ" for n in people(k, admin)) == 1, "one person")
    return a.json["link"]


def run(postgres):
    k = Kaname(postgres)
    k.auditor = k.user("auditor0", "auditor")
    k.start()
    admin = {"headers": k.enter(k.link)}
    life_of_a_person(k, admin)
    only_administrator(k, admin)
    mistakes(k, admin)
    other, second = the_last_administrator(k, admin)
    organisations(k, admin, second)
    narrow_token(k)
    link = asked_again(k, admin)
    k.stop()
    check.that('"findings":0' in k.command("audit", "verify"), "audit afterwards")
    if not postgres:
        with contextlib.closing(sqlite3.connect(k.db)) as db:
            dump = "\n".join(db.iterdump())
        check.that(link not in dump and other["link"] not in dump and "一人だけ" in dump, "no link in the data file")
    k.close()


on_both(run)
check.end()
