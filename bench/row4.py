"""Row 4: a list page of 20 assets over HTTP, every filter × sort that the resource declares, against the same SQL on bare SQLite.
The rows are put in by SQL (the list path reads only these tables); CPU is that of the server process, all threads."""
import datetime, json, random, sqlite3, subprocess, urllib.parse, uuid
from common import Kaname, built, cpu_us, load, publish

KINDS = ["system", "control", "hardware", "software", "network", "data", "paper", "facility", "cloud"]
VIEWPOINTS = ["safety", "level", "secret"]
LIMIT = 20


def made(k, token, path, body, n):
    return [k.call("POST", k.at(path), {**body, "name": f"{path} {i:03d}"}, token).json["id"] for i in range(n)]


def fill(db, org, first, last, refs, maker):
    """Assets numbered first … last as the program would have written them."""
    day0 = (datetime.date(2026, 1, 1) - datetime.date(1970, 1, 1)).days
    rows, links = [], []
    for i in range(first, last + 1):
        kind, day = KINDS[maker.randrange(9)], day0 + maker.randrange(365)
        cia = [1 + maker.randrange(3) for _ in range(3)]
        name = f"資産 {maker.randrange(10**9):09d} {i:07d}"
        rows.append((i, uuid.UUID(int=maker.getrandbits(128), version=4).bytes, org, i, name, name, kind, kind, "水を送るための設備を見張る。" * 3, maker.choice(refs["units"]),
                     "本庁舎 2 階", cia[0], cia[0], cia[1], cia[1], cia[2], cia[2], VIEWPOINTS[maker.randrange(3)], day, day))
        links += [("asset.services", i, maker.choice(refs["services"])), ("asset.suppliers", i, maker.choice(refs["suppliers"])), ("asset.depends_on", i, rows[maker.randrange(len(rows))][1])]
    db.executemany("INSERT INTO r_asset (row, id, org, number, version, created, updated, author, removed, f_name, f_name_key, f_kind, f_kind_key, f_description, f_owner, f_place,"
                   " f_confidentiality, f_confidentiality_key, f_integrity, f_integrity_key, f_availability, f_availability_key, f_viewpoint, f_review_on, f_review_on_key)"
                   " VALUES (?,?,?,?,1,1790000000000,1790000000000,1,0,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", rows)
    db.executemany("INSERT OR IGNORE INTO link (relation, from_row, to_id) VALUES (?,?,?)", links)
    db.execute("INSERT INTO counter (org, resource, last) VALUES (?, 'asset', ?) ON CONFLICT (org, resource) DO UPDATE SET last = excluded.last", (org, last))
    db.commit()


def literal(v):
    return "x'" + v.hex() + "'" if isinstance(v, bytes) else "'" + v.replace("'", "''") + "'" if isinstance(v, str) else str(v)


def bare_statements(db, org, condition, sort):
    """What the server's page needs from the database, in the same words: number of rows, rows, links, titles. `condition`: (along the order, as found,
    whether links lead to the rows). Along the order of the very field that is filtered the walk begins where its matches do, as the server's does."""
    walk, gather, lead, start = condition
    if start and start[0] == sort:
        walk += f" AND f_{sort}_key {start[1]}"
    columns = [c[1] for c in db.execute("PRAGMA table_info(r_asset)") if c[1].startswith("f_") and not c[1].endswith("_key")]
    found = f"FROM link CROSS JOIN r_asset WHERE +org = {org} AND +removed = 0{gather}" if lead else f"FROM r_asset WHERE org = {org} AND removed = 0{gather}"
    out = [f"SELECT count(*) FROM (SELECT 1 {found} LIMIT {TOTAL_MAX + 1})"]
    head, key = f"SELECT row, id, org, number, version, created, updated, author, removed, {', '.join(columns)}", "number" if sort == "number" else f"f_{sort}_key"
    if gather and db.execute(out[0]).fetchone()[0] <= TOTAL_MAX:
        out.append(f"{head} {found} ORDER BY +{key}, +row LIMIT {LIMIT + 1}")
    else:
        index = "x_asset" if sort == "number" else f"x_asset_{sort}_key"
        out.append(f"{head} FROM r_asset INDEXED BY {index} WHERE org = {org} AND removed = 0{walk} ORDER BY {key}, row LIMIT {LIMIT + 1}")
    got = list(db.execute(out[1].replace("SELECT row,", "SELECT row, f_owner,", 1)))
    rows = ", ".join(str(r[0]) for r in got) or "0"
    ids = {"unit": {r[1] for r in got if r[1]}, "service": set(), "asset": set(), "supplier": set()}
    for relation, target in (("services", "service"), ("depends_on", "asset"), ("suppliers", "supplier")):
        out.append(f"SELECT from_row, to_id FROM link WHERE relation = 'asset.{relation}' AND from_row IN ({rows}) ORDER BY from_row, to_id")
        ids[target] |= {r[1] for r in db.execute(out[-1])}
    for target, wanted in ids.items():
        if wanted:
            out.append(f"SELECT id, number, f_name FROM r_{target} WHERE +org = {org} AND id IN ({', '.join(literal(i) for i in wanted)})")
    return out


def bare(file, statements, count):
    r = subprocess.run([built("bare_list", "-lsqlite3"), file, str(count)], input="\n".join(statements), capture_output=True, text=True, check=True)
    return json.loads(r.stdout)["us"]


def served(k, token, path):
    """CPU per request: as many as fit into half a second, at most 300."""
    one = load(k.port, 1, 3, token, path)["seconds"] / 3
    n = max(3, min(300, int(0.5 / one)))
    load(k.port, 1, max(1, n // 10), token, path)
    before = cpu_us(k.process.pid)
    load(k.port, 1, n, token, path)
    return (cpu_us(k.process.pid) - before) / n, n


def plain(query, condition, start=None):
    """`start`: the sort of the same field and where it begins."""
    return query, (condition, condition, False, start)


def linked(f, value):
    link = f"relation = 'asset.{f}' AND to_id = {literal(value)}"
    return f"{f}={uuid.UUID(bytes=value)}", (f" AND EXISTS (SELECT 1 FROM link WHERE {link} AND from_row = row)", f" AND {link} AND row = from_row", True, None)


def filters_of(db, refs):
    """Declared filter → (query, SQL); each with a value that is there."""
    name, day = db.execute("SELECT f_name, f_review_on FROM r_asset WHERE number = 500").fetchone()
    date = (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()
    other = db.execute("SELECT to_id FROM link WHERE relation = 'asset.depends_on' AND from_row = 500").fetchone()[0]
    out = {"-": plain("", ""), "kind": plain("kind=data", " AND f_kind = 'data'", ("kind", "= 'data'")), "viewpoint": plain("viewpoint=level", " AND f_viewpoint = 'level'"),
           "name": plain("name=" + urllib.parse.quote(name), f" AND f_name = {literal(name)} AND f_name_key = {literal(name)}", ("name", f"= {literal(name)}")),
           "review_on": plain("review_on=" + date, f" AND f_review_on = {day}", ("review_on", f"= {day}")),
           "owner": plain(f"owner={uuid.UUID(bytes=refs['units'][0])}", f" AND f_owner = {literal(refs['units'][0])}"),
           "services": linked("services", refs["services"][0]), "depends_on": linked("depends_on", other), "suppliers": linked("suppliers", refs["suppliers"][0])}
    for f in ("confidentiality", "integrity", "availability"):
        out[f] = plain(f"{f}=3", f" AND ((f_{f}_state = 1 AND f_{f} <= 3 AND f_{f} >= 3) OR (f_{f}_state = 3 AND f_{f} <= 3 AND f_{f}_hi >= 3))", (f, ">= 3"))
    return out


SORTS = ["number", "name", "kind", "confidentiality", "integrity", "availability", "review_on"]
TOTAL_MAX = 1000


def measure(k, token, db, refs, org):
    out = {}
    for f, (query, condition) in filters_of(db, refs).items():
        for sort in SORTS:
            us, n = served(k, token, k.at("assets") + f"?limit={LIMIT}&sort={sort}" + ("&" + query if query else ""))
            statements = bare_statements(db, org, condition, sort)
            out[f"{f} × {sort}"] = (us, bare(k.db, statements, n), min(LIMIT, len(db.execute(statements[1]).fetchall())))
    return out


def words(size, pairs):
    good = sum(us <= 2 * b + 20 for us, b, _ in pairs.values())
    ratio = sorted(us / b for us, b, _ in pairs.values())
    cost = sorted(us for us, _, _ in pairs.values())
    worst = max(pairs, key=lambda p: pairs[p][0] / pairs[p][1])
    return [f"{size:>9,} assets: {good} of {len(pairs)} pairs within 2 × bare + 20 µs; ratio median {ratio[len(ratio) // 2]:.2f}, worst {ratio[-1]:.2f} ({worst});"
            f" server CPU a page median {cost[len(cost) // 2]:.0f} µs, worst {cost[-1]:.0f} µs"]


def growth(result, small, large):
    """A page that holds more rows because more match says nothing about the cost of a page: such pairs are counted apart."""
    flat = sorted((result[large][p][0] / result[small][p][0], p) for p in result[small] if result[small][p][2] == result[large][p][2])
    return (f"{small:,} → {large:,}: CPU × {flat[len(flat) // 2][0]:.2f} median, {sum(f <= 1.3 for f, _ in flat)} of {len(flat)} pairs with equally many rows on the page within × 1.3,"
            f" worst × {flat[-1][0]:.1f} ({flat[-1][1]}); {len(result[small]) - len(flat)} pairs fill the page only when there are more records")


def run(largest=100000):
    sizes = [n for n in (1000, 10000, 100000, 1000000) if n <= largest]
    k = Kaname()
    token = k.user("bench", "ciso")
    k.start()
    refs = {p: [uuid.UUID(i).bytes for i in made(k, token, p, body, n)] for p, body, n in (("units", {}, 40), ("services", {"sector": "water"}, 20), ("suppliers", {}, 30))}
    k.stop()
    db, maker, before = sqlite3.connect(k.db), random.Random(4), 0
    org = db.execute("SELECT org FROM r_unit LIMIT 1").fetchone()[0]
    result, lines = {}, []
    for size in sizes:
        fill(db, org, before + 1, size, refs, maker)
        before = size
        k.start()
        result[size] = measure(k, token, db, refs, org)
        k.stop()
        lines += words(size, result[size])
    lines += [growth(result, sizes[0], size) for size in sizes[1:]]
    db.close()
    k.close()
    publish(4, {"durability": "WAL, synchronous=FULL; reading only", "page": LIMIT, "us_server_bare_rows": {str(s): {p: [round(a, 1), round(b, 1), n] for p, (a, b, n) in r.items()} for s, r in result.items()}}, lines)
