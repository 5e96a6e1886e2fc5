"""Row 6, the part of the authority: 64,512 accident returns of one fiscal year through the importer, then a page of them, the year in figures, and its frozen set.
Times are those of the client on one connection after the other (median of 20, warm); CPU is that of the server process, all threads."""
import csv, io, os, random, resource, statistics, subprocess, time
from common import Kaname, cpu_us, memory_mb, publish

RETURNS = 64512
CLASSES = ["emergency_voice", "non_emergency_voice", "lpwa", "free_internet", "other"]
CAUSES = ["設備故障", "人為要因", "自然災害", "他の電気通信事業者の設備", "停電", "ソフトウェアの不具合", "第三者による損傷", "不明"]
PREFECTURES = ["北海道", "岩手県", "宮城県", "東京都", "愛知県", "大阪府", "広島県", "福岡県", "沖縄県"]
HEADINGS = ["件名", "事業者名", "事業者番号", "報告の種類", "発生日時", "受付日時", "区分", "都道府県", "影響利用者数", "継続時間", "原因", "整理番号", "規定"]


def returns(n, year=2025):
    """The same for the same n: accidents of a fiscal year, most of them small and short."""
    maker, out = random.Random(6), io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(HEADINGS)
    for i in range(n):
        day, month = 1 + maker.randrange(28), 4 + maker.randrange(12)
        at = f"{year + (month > 12):04d}-{(month - 1) % 12 + 1:02d}-{day:02d}T{maker.randrange(24):02d}:{maker.randrange(60):02d}:00+09:00"
        carrier = maker.randrange(400)
        sheet.writerow([f"{maker.choice(PREFECTURES)}での停止 {i + 1}", f"通信事業者{carrier:03d}", f"T-{carrier:03d}", "定期報告", at, f"{year + 1}-05-{1 + maker.randrange(30):02d}T12:00:00+09:00", maker.choice(CLASSES), maker.choice(PREFECTURES),
                        int(10 ** maker.uniform(0, 5.5)), int(10 ** maker.uniform(0.5, 3.3)), maker.choice(CAUSES), f"R{year}-{i + 1:06d}", "jp.telecom.periodic-accidents"])
    return out.getvalue().encode()


def loaded(k, n):
    path = os.path.join(k.dir, "returns.csv")
    with open(path, "wb") as f:
        f.write(returns(n))
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    said = k.command("import", path, "--json") if n < 5000 else subprocess.run([os.environ.get("KANAME_PROGRAM", os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "build", "kaname")), "import", path, "--json", "--db", k.db],
                                                                              capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert f'"created":{n}' in said, said
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


def asked(k, token, path, times=20):
    """(milliseconds in the median, milliseconds of CPU each)"""
    for _ in range(3):
        assert k.call("GET", k.at(path), token=token).status == 200, path
    before, took = cpu_us(k.process.pid), []
    for _ in range(times):
        began = time.monotonic()
        k.call("GET", k.at(path), token=token)
        took.append((time.monotonic() - began) * 1000)
    return round(statistics.median(took), 1), round((cpu_us(k.process.pid) - before) / times / 1000, 2)


PAGES = {"page": "received-reports?limit=20", "page of one class, newest first": "received-reports?limit=20&service_class=other&sort=-received_at", "page of one band of users": "received-reports?limit=20&users_band=30000&sort=-users",
         "the year in figures": "received-reports/reports/figures?fiscal_year=2025"}


def frozen(k, token):
    made = k.call("POST", k.at("figure-sets"), {"title": "2025年度", "fiscal_year": 2025, "cut_off": "2026-06-01T00:00:00Z", "reason": "年次の公表"}, token).json
    began = time.monotonic()
    a = k.call("POST", k.at(f"figure-sets/{made['id']}/freeze"), {}, token, {"If-Match": '"1"'}, timeout=60)
    assert a.status == 200, a.body[:500]
    return a.json["counted"], round((time.monotonic() - began) * 1000), asked(k, token, f"figure-sets/{made['id']}/reports/since")


def run(n=RETURNS):
    k = Kaname()
    token = k.user("bench", "ciso")
    seconds, cpu, memory = loaded(k, n)
    k.start()
    times = {name: asked(k, token, path) for name, path in PAGES.items()}
    counted, freezing, since = frozen(k, token)
    rss = memory_mb(k.process.pid)
    k.stop()
    size = round(os.path.getsize(k.db) / 2**20)
    k.close()
    lines = [f"{n:,} returns imported in {seconds:.1f} s ({cpu:.1f} s of CPU, {memory:.0f} MB at most); the data file is {size} MB"]
    lines += [f"{name}: {ms} ms in the median of 20, {used} ms of CPU (goal 50)" for name, (ms, used) in times.items()]
    lines.append(f"{counted:,} reports frozen in {freezing} ms; against the register now: {since[0]} ms; the server holds {rss} MB afterwards")
    publish(6, {"durability": "WAL, synchronous=FULL", "returns": n, "import_s": round(seconds, 1), "import_cpu_s": round(cpu, 1), "import_mb": round(memory), "file_mb": size, "ms_and_cpu_ms": times, "freeze_ms": freezing, "since_ms": since, "rss_mb": rss}, lines)
