#!/usr/bin/env python3
"""
Black box: workbooks as offices keep them (tests/workbooks, saved by LibreOffice by tools/make_workbooks.py). The proposal maps them, a trial leaves
nothing, the import is checked value by value, a second one makes nothing twice. On SQLite and PostgreSQL.
"""
import base64, csv, io, json, os, re, subprocess, sys, tempfile, urllib.parse, zipfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, PROGRAM

check = Checks()
BOOKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "workbooks")


def book(name):
    return open(os.path.join(BOOKS, name), "rb").read()


class Importer:
    def __init__(self, k, token):
        self.k, self.token = k, token

    def propose(self, data, name):
        a = self.k.call("POST", self.k.at("import/propose"), token=self.token, raw=data, headers={"Content-Type": "application/octet-stream", "X-File-Name": urllib.parse.quote(name)})
        check.status(a, 200, "proposal for " + name)
        return a.json["plan"]

    def run(self, data, name, plan=None, dry=False):
        body = {"file": base64.b64encode(data).decode(), "name": name}
        if plan:
            body["plan"] = plan
        return self.k.call("POST", self.k.at("import") + ("?dry=1" if dry else ""), body, self.token)

    def all(self, path):
        return self.k.call("GET", self.k.at(path) + "?limit=200", token=self.token).json

    def titles(self, path, key):
        page = self.all(path)
        return {r[key]: {**r, "_": page["_titles"]} for r in page["items"]}


def mapped(plan, sheet):
    s = [x for x in plan["sheets"] if x["sheet"] == sheet][0]
    return s["resource"], s["heading_row"], {c["heading"].replace("\n", ""): c["field"] for c in s["columns"]}


def column(plan, sheet, field):
    return [c for s in plan["sheets"] if s["sheet"] == sheet for c in s["columns"] if c["field"] == field][0]


def cells(a):
    return {m["path"]: m["code"] for m in a.json["mistakes"]}


def name_of(record, field):
    v = record[field]
    one = lambda i: record["_"][i]["title"]
    return one(v) if isinstance(v, str) else sorted(map(one, v or []))


def counts(a):
    return {k: a.json[k] for k in ("rows", "created", "updated", "unchanged")}


# --- (a) ------------------------------------------------------------------------------------------------------------------

ASSETS = {  # name: kind, owner, place, C, I, A, suppliers, review, description
    "住民情報ｼｽﾃﾑ": ("system", "住民課", "役場１階　ｻｰﾊﾞ室", 3, 3, 2, ["㈱あおぞら情報"], "2026-11-20", "窓口で使用"),
    "税務システム": ("system", "税務課", "役場1階 サーバ室", 3, 3, 2, ["㈱あおぞら情報"], "2026-11-20", None),
    "財務会計システム": ("system", "総務課", "役場1階 サーバ室", 2, 3, 2, ["㈱あおぞら情報"], "2026-12-01", None),
    "庁内ﾈｯﾄﾜｰｸ": ("network", "総務課", "役場各階", 2, 3, 3, ["みどり通信設備有限会社"], "2026-12-11", "基幹系と情報系を分離"),
    "上水道監視装置": ("control", "水道課", "第一浄水場", 1, 3, 3, ["みどり通信設備有限会社"], "2027-03-31", "遠方監視"),
    "検針ハンディ": ("hardware", "水道課", "水道課", 3, 2, 1, [], "2027-03-31", "５台"),
    "水道料金データ": ("data", "水道課", "役場1階 サーバ室", 3, 3, 2, ["みどり通信設備有限会社", "㈱あおぞら情報"], "2027-03-31", None),
    "水道台帳（紙）": ("paper", "水道課", "水道課書庫", 2, 2, None, [], None, "図面を含む"),
    "防災行政無線": ("facility", "総務課", "役場３階", 1, 2, 3, ["みどり通信設備有限会社"], "2027-01-15", None),
    "電子申請サービス": ("cloud", "総務課", "（事業者のデータセンター）", 3, 2, 1, ["アルプス・クラウド株式会社"], "2026-12-28", None)}


def town_assets(i):
    data = book("midorino-assets.xlsx")
    plan = i.propose(data, "台帳.xlsx")
    res, row, columns = mapped(plan, "R8")
    check.that(res == "asset" and row == 5, "the two-line heading is found", (res, row))
    check.that(columns == {"項番": None, "情報資産の名称": "name", "区分": "kind", "所管課": "owner", "設置場所": "place", "機密性": "confidentiality", "完全性": "integrity", "可用性": "availability",
                           "個人情報": None, "保守委託先": "suppliers", "導入年月日": None, "次回棚卸日": "review_on", "備考": "description"}, "every column of ours, and no other", columns)
    check.that(mapped(plan, "記入要領")[0] is None, "instructions are left out")
    a = i.run(data, "台帳.xlsx", plan, dry=True)
    check.status(a, 422, "units and suppliers are not there yet")
    check.that({m["code"] for m in a.json["mistakes"]} == {"reference"} and "R8!D6" in cells(a) and "R8!J6" in cells(a), "each named by its cell", sorted(cells(a)))
    for field in ("owner", "suppliers"):
        check.that(column(plan, "R8", field)["create"] is False, "missing ones are made only when asked")
        column(plan, "R8", field)["create"] = True
    a = i.run(data, "台帳.xlsx", plan, dry=True)
    check.that(a.status == 200 and counts(a) == {"rows": 10, "created": 10 + 4 + 3, "updated": 0, "unchanged": 0}, "trial", a.body)
    skipped = {s["path"]: s["text"] for s in a.json["skipped"]}
    check.that(len(skipped) == 5 and skipped.get("R8!B10") == "総務課・住民課・税務課　小計" and skipped.get("R8!B20") == "合計" and skipped.get("R8!B23", "").startswith("※２"),
               "totals and notes are left out, and told", skipped)
    check.that(i.all("assets")["total"] == 0, "a trial leaves nothing")
    check.status(i.run(data, "台帳.xlsx", plan), 200, "import")
    check_assets(i)
    a = i.run(data, "台帳.xlsx", plan)
    check.that(counts(a) == {"rows": 10, "created": 0, "updated": 0, "unchanged": 10}, "nothing twice", a.body)
    moved_columns(i, data)
    check_assets(i)


def check_assets(i):
    got = i.titles("assets", "name")
    check.that(set(got) == set(ASSETS), "exactly these assets", sorted(got))
    for name, want in ASSETS.items():
        r = got.get(name)
        if not r:
            continue
        have = (r["kind"], name_of(r, "owner"), r["place"], r["confidentiality"], r["integrity"], r["availability"], name_of(r, "suppliers"), r["review_on"], r["description"])
        check.that(have == (*want[:6], sorted(want[6]), *want[7:]), name, (have, want))
    check.that(sorted(i.titles("units", "name")) == sorted({"総務課", "住民課", "税務課", "水道課"}), "units", sorted(i.titles("units", "name")))


def rename_sheet(data, old, new):
    """The same workbook with another sheet name, as somebody renames it by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as z, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as w:
        for n in z.namelist():
            b = z.read(n)
            w.writestr(n, b.replace(f'name="{old}"'.encode(), f'name="{new}"'.encode()) if n == "xl/workbook.xml" else b)
    return out.getvalue()


def shift_columns(data, sheet, by):
    """Every cell `by` columns to the right: somebody put columns in front."""
    out = io.BytesIO()
    def move(m):
        letters, row = m.group(1).decode(), m.group(2).decode()
        n = sum((ord(c) - 64) * 26 ** k for k, c in enumerate(reversed(letters))) + by
        new = ""
        while n:
            n, d = divmod(n - 1, 26)
            new = chr(65 + d) + new
        return (new + row).encode()
    with zipfile.ZipFile(io.BytesIO(data)) as z, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as w:
        for n in z.namelist():
            b = z.read(n)
            if n == f"xl/worksheets/{sheet}.xml":
                b = re.sub(rb'(?<=r=")([A-Z]+)([0-9]+)(?=")', move, b)
                b = re.sub(rb'<mergeCell ref="([^"]*)"', lambda m: b'<mergeCell ref="' + re.sub(rb"([A-Z]+)([0-9]+)", move, m.group(1)) + b'"', b)
            w.writestr(n, b)
    return out.getvalue()


def moved_columns(i, data):
    other = rename_sheet(shift_columns(data, "sheet1", 3), "R8", "令和9年度")
    plan = i.propose(other, "x.xlsx")
    res, row, columns = mapped(plan, "令和9年度")
    check.that(res == "asset" and columns["次回棚卸日"] == "review_on" and column(plan, "令和9年度", "name")["name"] == "E", "renamed and moved", (res, columns))
    a = i.run(other, "x.xlsx", plan)
    check.that(a.status == 200 and counts(a)["created"] == 0 and counts(a)["unchanged"] == 10, "the same records", a.body)


# --- (b) ------------------------------------------------------------------------------------------------------------------

RISKS = [  # title, assets, impact, likelihood, owner, option, state, review
    ("停電による停止", ["上水道監視装置"], 3, 2, "水道課", "modify", "treating", "2026-12-25"),
    ("停電による停止", ["庁内ﾈｯﾄﾜｰｸ"], 2, 2, "総務課", "retain", "watched", "2026-12-25"),
    ("ランサムウェアにより住民情報が使えなくなる", ["住民情報ｼｽﾃﾑ", "庁内ﾈｯﾄﾜｰｸ"], 3, {"from": 2, "to": 3}, "住民課", "modify", "treating", "2027-01-29"),
    ("課税データの誤更新", ["税務システム"], 2, 1, "税務課", "retain", "watched", "2027-02-26"),
    ("検針端末の紛失", ["検針ハンディ", "水道料金データ"], 2, 3, "水道課", "share", "open", "2027-03-31"),
    ("職員による持ち出し", [], {"unknown": "not_asked"}, 1, None, None, "open", "2027-03-31"),
    ("事業者の障害で受付が止まる", ["電子申請サービス"], 1, 2, "総務課", "avoid", "open", None)]
FIVE = [("テレメータ通信断で水位が見えない", 2, 2), ("薬品注入量の設定誤り", 3, 1), ("保守回線からの侵入", 3, 1), ("水位計の故障", 1, 2)]


def risk_register(i):
    data = book("risk-register.xlsx")
    plan = i.propose(data, "リスク管理表.xlsx")
    res, row, columns = mapped(plan, "リスク管理表(R8)")
    check.that(res == "risk" and row == 3, "the register of risks", (res, row))
    check.that(columns == {"No.": "number", "見直し期限": "review_on", "リスク所有者": "owner", "対象資産": "assets", "（旧）影響度": None, "リスクの内容": "title", "影響の大きさ": "impact",
                           "起こりやすさ": "likelihood", "現行の対策": "existing_controls", "対応方針": "option", "選定理由": "option_grounds", "進捗": "state", "管理用ID": None}, "its columns", columns)
    hidden = [c["heading"] for s in plan["sheets"] for c in s["columns"] if c.get("hidden")]
    check.that(hidden == ["（旧）影響度", "管理用ID"], "hidden columns are told", hidden)
    check.that("create" not in column(plan, "リスク管理表(R8)", "assets") and column(plan, "リスク管理表(R8)", "owner")["create"] is False, "made by name only where a name is enough")
    five = column(plan, "制御系", "impact")
    check.that(column(plan, "制御系", "title")["heading"] == "想定リスク" and five["heading"] == "影響度", "the second sheet", mapped(plan, "制御系"))
    check.that(sorted(five["unread"]) == ["4", "5"], "levels that are none of three are told", five)
    a = i.run(data, "r.xlsx", plan, dry=True)
    check.status(a, 422, "as it is")
    want = {"リスク管理表(R8)!C9": "reference", "制御系!D2": "range", "制御系!D3": "range", "制御系!D4": "range", "制御系!E5": "range"}
    check.that(cells(a) == want, "what is not clear is named, cell by cell", cells(a))
    column(plan, "リスク管理表(R8)", "owner")["values"] = {"各課長": ""}
    for field in ("impact", "likelihood"):
        column(plan, "制御系", field)["values"] = {"1": "小", "2": "小", "3": "中", "4": "中", "5": "大"}
    column(plan, "制御系", "likelihood")["values"]["2"] = "1"
    a = i.run(data, "r.xlsx", plan, dry=True)
    check.that(a.status == 200 and counts(a) == {"rows": 15, "created": 11, "updated": 4, "unchanged": 0}, "trial", a.body)
    check.status(i.run(data, "r.xlsx", plan), 200, "import")
    check_risks(i)
    a = i.run(data, "r.xlsx", plan)
    check.that(a.status == 200 and counts(a) == {"rows": 15, "created": 0, "updated": 0, "unchanged": 15}, "nothing twice, though two have one title", a.body)
    same_titles(i, data, plan)


def check_risks(i):
    page = i.all("risks")
    rows = [{**r, "_": page["_titles"]} for r in page["items"]]
    have = [(r["title"], name_of(r, "assets"), r["impact"], r["likelihood"], name_of(r, "owner") if r["owner"] else None, r["option"], r["state"], r["review_on"]) for r in rows[:7]]
    for x, want in zip(have, RISKS):
        check.that(x == (want[0], sorted(want[1]), *want[2:]), want[0], (x, want))
    check.that([(r["title"], r["impact"], r["likelihood"]) for r in rows[7:]] == FIVE, "five levels read as three", [(r["title"], r["impact"], r["likelihood"]) for r in rows[7:]])


def replaced(data, part, *pairs):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as z, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as w:
        for n in z.namelist():
            b = z.read(n)
            for x, y in pairs if n == part else ():
                assert x.encode() in b, x
                b = b.replace(x.encode(), y.encode(), 1)
            w.writestr(n, b)
    return out.getvalue()


def same_titles(i, data, plan):
    """Titles that are not unique: an edited row finds its record as long as that is certain; else the importer asks."""
    k, t = i.k, i.token
    strings = "xl/sharedStrings.xml"
    edited = replaced(data, strings, ("無停電電源装置", "無停電電源装置（更新済み）"))
    a = i.run(edited, "r.xlsx", plan)
    check.that(counts(a) == {"rows": 15, "created": 0, "updated": 1, "unchanged": 14}, "one of two with the same title was edited", a.body)
    both = replaced(data, strings, ("無停電電源装置", "蓄電池"), ("非常用発電機（半年に１回点検）", "発電機車"))
    a = i.run(both, "r.xlsx", plan)
    check.that(a.status == 422 and cells(a) == {"リスク管理表(R8)!F4": "which", "リスク管理表(R8)!F5": "which"}, "both edited: asked", a.body[:600])
    check.that("R-0001, R-0002" in a.json["mistakes"][0]["text"], "the candidates are named", a.json["mistakes"][0])
    named = replaced(both, "xl/worksheets/sheet2.xml", ('<c r="A4" s="0" t="n"><v>1</v></c>', '<c r="A4" t="inlineStr"><is><t>R-0001</t></is></c>'))
    a = i.run(named, "r.xlsx", plan)
    check.that(a.status == 200 and counts(a) == {"rows": 15, "created": 0, "updated": 2, "unchanged": 13}, "a number settles it", a.body[:600])
    first = i.all("risks")["items"]
    check.that(first[0]["existing_controls"] == "発電機車" and first[1]["existing_controls"] == "蓄電池", "each its own", [r["existing_controls"] for r in first[:2]])
    check.status(k.call("POST", k.at("risks"), {"title": "手で足したもの"}, t), 201, "one made by hand")
    csv = "リスク内容,想定事象\n手で足したもの,別の話\n".encode()
    a = i.run(csv, "リスク.csv")
    check.that(a.status == 422 and cells(a) == {"リスク!A2": "which"}, "never imported: asked before it is overwritten", a.body[:400])
    csv = "番号,リスク内容,想定事象\n新規,手で足したもの,別の話\n".encode()
    for made in (1, 0):
        a = i.run(csv, "リスク.csv")
        check.that(a.status == 200 and counts(a)["created"] == made and counts(a)["updated"] == 0, "said to be new: made once", a.body[:400])
    k.call("PATCH", k.at("risks/" + first[3]["id"]), {"title": "課税データの誤り"}, t, {"If-Match": f'"{first[3]["version"]}"'})
    a = i.run(named, "r.xlsx", plan)
    check.that(counts(a)["created"] == 0 and counts(a)["updated"] == 1, "renamed here since: still the same record", a.body)
    check.that(i.all("risks")["total"] == 13, "thirteen risks in all", i.all("risks")["total"])


# --- (c) ------------------------------------------------------------------------------------------------------------------

def suppliers(i):
    data = book("suppliers.csv")
    check.that("髙" in data.decode("cp932") and "①".encode("cp932") in data, "the file is CP932")
    plan = i.propose(data, "業者一覧.csv")
    res, row, columns = mapped(plan, "業者一覧")
    check.that(res == "supplier" and columns == {"業者コード": None, "業者名": "name", "委託内容": "provides", "契約期限": "contract_until", "リモート保守": "remote", "障害受付": "telephone", "特記事項": "note"},
               "suppliers", columns)
    a = i.run(data, "業者一覧.csv", plan)
    check.that(a.status == 200 and counts(a)["created"] == 2 and counts(a)["updated"] == 2, "㈱ and 株式会社 are told apart by the title: two were there", a.body)
    got = i.titles("suppliers", "name")
    check.that(got["北信髙橋計装﨑工業"]["remote"] is False and got["アルプス・クラウド株式会社"]["note"] == "①国内保存　②解約時消去", "letters of CP932", sorted(got))
    check.that(got["みどり通信設備有限会社"]["contract_until"] == "2028-03-31" and got["株式会社あおぞら情報"]["telephone"] == "03-0000-1111" and got["株式会社あおぞら情報"]["remote"] is True, "values", got)
    a = i.run(data, "業者一覧.csv", plan)
    check.that(counts(a) == {"rows": 4, "created": 0, "updated": 0, "unchanged": 4}, "nothing twice", a.body)


def contacts(i):
    data = book("contacts-1904.xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        check.that(b'date1904="true"' in z.read("xl/workbook.xml") and "xl/sharedStrings.xml" in z.namelist(), "1904 and shared strings")
    plan = i.propose(data, "連絡網.xlsx")
    res, row, columns = mapped(plan, "連絡網")
    check.that(res == "contact" and row == 3 and columns == {"連絡窓口": "post", "所属": "organisation", "業者": "supplier", "電話番号": "telephone", "夜間電話": "night", "連絡事由": "purpose",
                                                           "更新日": None, "確認日": None}, "contacts", (res, row, columns))
    check.that(mapped(plan, "期限") == ("certificate", 3, {"認証の名称": "name", "取得者": "supplier", "登録日": "valid_from", "更新期限": "valid_until"}), "certificates", mapped(plan, "期限"))
    a = i.run(data, "連絡網.xlsx", plan)
    check.that(a.status == 422 and cells(a) == {"連絡網!D4": "lost_zero", "連絡網!E5": "lost_zero"}, "a lost zero is told, never invented", a.body)
    check.that("300001111" in a.json["mistakes"][0]["text"], "with what stands there", a.json["mistakes"])
    good = replaced(data, "xl/worksheets/sheet1.xml", ('<c r="D4" s="0" t="n"><v>300001111</v></c>', '<c r="D4" t="inlineStr"><is><t>03-0000-1111</t></is></c>'),
                    ('<c r="E5" s="0" t="n"><v>2600002223</v></c>', '<c r="E5" t="inlineStr"><is><t>026-000-2223</t></is></c>'))
    a = i.run(good, "連絡網.xlsx", plan)
    check.that(a.status == 200 and counts(a) == {"rows": 6, "created": 6, "updated": 0, "unchanged": 0}, "import", a.body)
    got = i.all("contacts")
    have = [(r["post"], r["telephone"], r["night"], got["_titles"].get(r["supplier"], {}).get("title")) for r in got["items"]]
    check.that(have == [("保守受付係", "03-0000-1111", "０３－００００－１１１２", "株式会社あおぞら情報"), ("夜間窓口", "026-000-2222", "026-000-2223", "みどり通信設備有限会社"),
                        ("水道当直", "2101", "026-000-4444", None), ("保守受付係", "03-0000-3333", None, "アルプス・クラウド株式会社")], "contacts", have)
    c = [(r["name"], r["valid_from"], r["valid_until"]) for r in i.all("certificates")["items"]]
    check.that(c == [("クラウドサービスの情報セキュリティ認証", "2024-02-01", "2027-01-31"), ("情報セキュリティマネジメント認証", None, "2026-12-28")], "days of the 1904 calendar", c)
    a = i.run(good, "連絡網.xlsx", plan)
    check.that(a.status == 200 and counts(a) == {"rows": 6, "created": 0, "updated": 0, "unchanged": 6}, "nothing twice", a.body)


def names_over_two_lines(i):
    lines = '役職,課名\n線の中に改行,"長い名の\n課"\n'.encode()
    plan_of = i.propose(lines, "連絡先.csv")
    column(plan_of, "連絡先", "unit")["create"] = True
    for made in (2, 0):
        a = i.run(lines, "連絡先.csv", plan_of)
        check.that(a.status == 200 and counts(a)["created"] == made, "a name over two lines is found again", a.body[:400])


def names_of_tomorrow(i):
    """References mean the names that the workbook itself gives."""
    check.that(counts(i.run("部署名,責任者\n古い課,長\n".encode(), "部署.csv"))["created"] == 1, "a unit")
    number = i.titles("units", "name")["古い課"]["number"]
    a = i.run(f"番号,部署名,上位部署\n{number},新しい課,\n,係,古い課\n".encode(), "部署.csv")
    check.that(a.status == 422 and cells(a) == {"部署!C3": "reference"}, "the old name is gone by then", a.body[:400])
    a = i.run(f"番号,部署名,上位部署\n{number},新しい課,\n,係,新しい課\n".encode(), "部署.csv")
    check.that(a.status == 200 and counts(a) == {"rows": 2, "created": 1, "updated": 1, "unchanged": 0}, "the new one is there", a.body[:400])


def samples():
    """What init --sample makes of the workbook of a whole organisation: every row, every reference."""
    expect = {"jp-city": dict(units=10, suppliers=8, contacts=8, services=10, assets=60, risks=45), "jp-cable": dict(units=8, suppliers=7, contacts=7, services=5, assets=38, risks=25)}
    for name, counts in expect.items():
        with tempfile.TemporaryDirectory() as folder:
            db = os.path.join(folder, "k.db")
            made = json.loads(subprocess.run([PROGRAM, "init", "--db", db, "--sample", name, "--json"], capture_output=True, text=True, check=True).stdout)
            check.that(made["sample"] == sum(counts.values()), f"{name}: every row", made)
            for register, n in counts.items():
                out = os.path.join(folder, register + ".csv")
                subprocess.run([PROGRAM, "export", register, "--db", db, "--to", out], capture_output=True, check=True, env={**os.environ, "LC_ALL": "ja_JP.UTF-8"})
                rows = list(csv.DictReader(open(out, encoding="utf-8-sig")))
                check.that(len(rows) == n, f"{name}: {register}", len(rows))
                if register == "risks":
                    known = ("リスク名", "対象の資産", "影響するサービス", "影響", "影響の根拠", "起こりやすさ", "起こりやすさの根拠", "リスク所有部署", "次の見直し日")
                    check.that(all(r[f] for r in rows for f in known), f"{name}: what a judgement rests on", [r["番号"] for r in rows if not all(r[f] for f in known)])
                    check.that(all(r["影響"] in "123" and r["起こりやすさ"] in "123" for r in rows), f"{name}: words became steps")


def run(postgres):
    k = Kaname(postgres)
    i = Importer(k, k.user("ciso1", "ciso"))
    k.start()
    town_assets(i)
    risk_register(i)
    suppliers(i)
    contacts(i)
    names_over_two_lines(i)
    names_of_tomorrow(i)
    k.stop()
    check.that('"findings":0' in k.command("audit", "verify"), "audit afterwards")
    k.close()


if __name__ == "__main__":
    samples()
    run(None)
    if os.environ.get("KANAME_PG"):
        run(os.environ["KANAME_PG"])
    check.end()
