#!/usr/bin/env python3
"""Black box: data on a read-only medium: audit verify, export and backup read it, change nothing, and say what to do where they cannot. SQLite."""
import hashlib, os, shutil, sqlite3, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, Checks, Kaname

check = Checks()
ENV = {**os.environ, "LC_ALL": "C.UTF-8"}
MOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def mounted(folder, *words):
    """In a mount namespace of its own, where the folder is read-only even for root."""
    return ["unshare", "-m", *([] if os.getuid() == 0 else ["-r"]), "sh", "-c", MOUNT, folder, *words]


def nobody(folder, *words):
    """As somebody to whom the file modes apply."""
    return [*(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.getuid() == 0 else []), *words]


def possible(way, top):
    folder = os.path.join(top, "try-" + way.__name__)
    os.mkdir(folder)
    close(way, folder)
    r = subprocess.run(way(folder, "sh", "-c", f"test -r '{folder}' && ! touch '{folder}/x' 2>/dev/null"), capture_output=True, text=True)
    if r.returncode:
        print("SKIPPED", way.__name__, "is not possible here:", r.stderr.strip())
    return r.returncode == 0


def prints(folder):
    return {f: (hashlib.sha256(open(os.path.join(folder, f), "rb").read()).hexdigest(), os.stat(os.path.join(folder, f)).st_mtime_ns) for f in sorted(os.listdir(folder))}


def run(way, folder, *words):
    before = prints(folder)
    r = subprocess.run(way(folder, PROGRAM, *words), capture_output=True, text=True, env=ENV)
    check.that(prints(folder) == before, "nothing was changed: " + " ".join(words[:2]), (before, prints(folder)))
    return r


def folder_of(k, top, name, files="data.db"):
    """A copy as it would lie on a medium, for all to read and nobody to write."""
    folder = os.path.join(top, name)
    os.mkdir(folder)
    for end in ("", ".mark", ".key", "-wal", "-shm"):
        if os.path.exists(k.db + end):
            shutil.copy(k.db + end, os.path.join(folder, files + end))
    return folder


def close(way, folder):
    for f in os.listdir(folder):
        os.chmod(os.path.join(folder, f), 0o400)
        if way is nobody and os.getuid() == 0:
            os.chown(os.path.join(folder, f), 65534, 65534)
    os.chmod(folder, 0o555)


def reads(way, folder, out, db="data.db"):
    db = os.path.join(folder, db)
    r = run(way, folder, "audit", "verify", "--db", db)
    check.that(r.returncode == 0 and "Nothing was altered" in r.stdout, "verified where nothing can be written", (way.__name__, r.returncode, r.stdout, r.stderr))
    r = run(way, folder, "export", "units", "--db", db, "--to", os.path.join(out, way.__name__ + ".csv"))
    check.that(r.returncode == 0, "exported", r.stderr)
    copy = os.path.join(out, way.__name__ + os.path.basename(db) + ".copy")
    r = run(way, folder, "backup", "--db", db, "--to", copy)
    check.that(r.returncode == 0 and os.path.getsize(copy) > 0, "backed up", r.stderr)
    r = run(way, folder, "user", "list", "--db", db)
    check.that(r.returncode != 0 or r.stdout, "a command that may write says why it cannot", r.stderr)


def clean(way, k, top, out):
    folder = folder_of(k, top, "clean-" + way.__name__)
    strange = folder_of(k, top, "strange-" + way.__name__, "50%?#名.db")
    bad = folder_of(k, top, "bad-" + way.__name__)
    with sqlite3.connect(os.path.join(bad, "data.db")) as db:
        db.execute("UPDATE r_unit SET f_name = 'X' WHERE number = 1")
    db.close()
    for f in (folder, strange, bad):
        close(way, f)
    reads(way, folder, out)
    reads(way, strange, out, "50%?#名.db")
    r = run(way, bad, "audit", "verify", "--db", os.path.join(bad, "data.db"))
    check.that(r.returncode == 5 and "U-0001" in r.stdout, "what was altered is named there too", (r.returncode, r.stdout, r.stderr))


def after_a_crash(way, k, top):
    """The write-ahead log still holds changes: copied without or with its index."""
    for shared in (False, True):
        folder = folder_of(k, top, f"crash-{shared}-{way.__name__}")
        check.that(os.path.getsize(os.path.join(folder, "data.db-wal")) > 0, "the log holds changes")
        if not shared:
            os.remove(os.path.join(folder, "data.db-shm"))
        close(way, folder)
        r = run(way, folder, "audit", "verify", "--db", os.path.join(folder, "data.db"))
        if shared:
            check.that(r.returncode == 0 and "Nothing was altered" in r.stdout, "with its index it is read", (r.returncode, r.stdout, r.stderr))
        else:
            check.that(r.returncode == 5 and "-wal" in r.stderr and "Copy" in r.stderr, "what to do is said", (r.returncode, r.stdout, r.stderr))
        writable = folder + "-copy"
        shutil.copytree(folder, writable)
        os.chmod(writable, 0o755)
        for f in os.listdir(writable):
            os.chmod(os.path.join(writable, f), 0o600)
        r = subprocess.run([PROGRAM, "audit", "verify", "--db", os.path.join(writable, "data.db")], capture_output=True, text=True, env=ENV)
        check.that(r.returncode == 0, "and the copy verifies", (r.stdout, r.stderr))


top, out = tempfile.mkdtemp(prefix="kaname-readonly-"), tempfile.mkdtemp(prefix="kaname-readonly-")
os.chmod(top, 0o755), os.chmod(out, 0o777)
k = Kaname()
t = k.user("ciso1", "ciso")
k.start()
check.status(k.call("POST", k.at("units"), {"name": "水道課"}, t), 201, "a unit")
k.stop()
ways = [w for w in (mounted, nobody) if possible(w, top)]
for way in ways:
    clean(way, k, top, out)
k.start()
check.status(k.call("POST", k.at("units"), {"name": "下水道課"}, t), 201, "another")
k.kill()
for way in ways:
    after_a_crash(way, k, top)
k.close()
subprocess.run(["chmod", "-R", "u+w", top], check=True)
shutil.rmtree(top), shutil.rmtree(out)
check.end()
