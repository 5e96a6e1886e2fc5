#!/usr/bin/env python3
"""Black box: kaname mail test against a real SMTP conversation: what arrives, TLS that is verified, a login, and every way of being refused. No secret is ever said."""
import os, socket, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, PROGRAM
from sink import Sink, certificate

check = Checks()
FROM, TO = "kaname@example.jp", "bosai@city.example.jp"


def test(sink, *more, to=TO, sender=FROM, url=None):
    proxies = {"http_proxy": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1", "HOME": "/nonexistent"}  # never used
    return subprocess.run([PROGRAM, "mail", "test", "--smtp", url or sink.url, "--mail-from", sender, "--to", to, *more], capture_output=True, text=True, timeout=60, env={**os.environ, **proxies, "LC_ALL": "C.UTF-8"})


def plain():
    s = Sink()
    r = test(s)
    check.that(r.returncode == 0 and len(s.messages) == 1, "sent", r.stderr)
    to, sender, m, raw = s.messages[0]
    check.that((to, sender) == (TO, FROM), "envelope", (to, sender))
    check.that(m["To"] == TO and m["From"] == FROM and m["Subject"] == "要：メールの試験 / Kaname: a test of mail", "headers", m.items())
    check.that("届いていれば" in m.get_content() and "Where this arrives" in m.get_content(), "both languages", m.get_content())
    check.that(m["Message-ID"].endswith("@example.jp>") and m["Date"].datetime.utcoffset().seconds == 9 * 3600 and abs(m["Date"].datetime.timestamp() - time.time()) < 60, "identifier and date", m.items())
    check.that(m["Auto-Submitted"] == "auto-generated" and all(len(x) <= 76 for x in raw.decode("ascii").split("\r\n")), "nothing answers it; short lines of ASCII")
    check.that(b"\n" not in raw.replace(b"\r\n", b""), "every line ends with CRLF")
    s.close()


def refused():
    s = Sink()
    for word, what in (("450", "not now"), ("550", "no such mailbox"), ("451 data", "not now, after the message"), ("close", "closed"), ("drop", "ended without an answer")):
        s.script = [word]
        r = test(s)
        check.that(r.returncode == 75 and r.stdout == "", f"{what}: says so", (r.returncode, r.stderr))
        check.that(TO not in r.stderr and "not this one" not in r.stderr, f"{what}: without the address and without the words of the server", r.stderr)
    s.script = ["silent"]
    begin = time.monotonic()
    r = test(s)
    check.that(r.returncode == 75 and "in time" in r.stderr and time.monotonic() - begin < 45, "a silent server does not hold it", (r.stderr, time.monotonic() - begin))
    s.close()
    r = test(s)
    check.that(r.returncode == 75 and "reached" in r.stderr, "nobody listens", r.stderr)


def injected():
    s = Sink()
    for bad in ("a@b\r\nRCPT TO:<c@d>", "a@b>\r\nDATA", "a@b\n", "a", "", "a@b,c@d", "<a@b>"):
        check.that(test(s, to=bad or " ").returncode == 2, f"to {bad!r}")
        check.that(test(s, sender=bad or " ").returncode == 2, f"from {bad!r}")
    for url in ("http://127.0.0.1:25", f"smtp://u:p@127.0.0.1:{s.port}", f"smtp://127.0.0.1:{s.port}/x", f"smtp://127.0.0.1:{s.port}\r\nX"):
        check.that(test(s, url=url).returncode == 2, url)
    check.that(s.tries == 0, "nobody was called", s.commands)
    s.close()


def secure(folder):
    """TLS from the beginning."""
    right, ca = certificate(os.path.join(folder, "right"), "127.0.0.1")
    wrong, other = certificate(os.path.join(folder, "wrong"), "mail.example.jp")
    s, n, p = Sink(tls=right, at_once=True), Sink(tls=wrong, at_once=True), Sink()
    check.that(test(s, "--smtp-ca", ca).returncode == 0 and len(s.messages) == 1, "sent")
    r = test(s)
    check.that(r.returncode == 75 and "certificate" in r.stderr, "an authority that nobody knows is refused", r.stderr)
    check.that(test(s, "--smtp-ca", other).returncode == 75, "the wrong authority is refused")
    check.that(test(s, "--smtp-ca", "/nonexistent").returncode == 75, "so is one that is not there")
    check.that(test(s, "--smtp-plain").returncode == 75 and len(s.messages) == 1, "no option switches the verification off")
    r = test(n, "--smtp-ca", other)
    check.that(r.returncode == 75 and "certificate" in r.stderr and not n.messages, "a certificate of another host is refused", r.stderr)
    check.that(test(p, url=p.url.replace("smtp:", "smtps:")).returncode == 75 and not p.messages, "no TLS, no message")
    for x in (s, n, p):
        x.close()


def elsewhere(folder):
    """A server that is not this machine by name: encryption is demanded before anything is said."""
    name = socket.gethostname()
    try:
        s = Sink(host=name)
    except OSError:
        return check.that(True, "this machine has no name of its own to try with")
    r = test(s)
    check.that(r.returncode == 75 and "STARTTLS" in r.stderr and not s.messages, "a server elsewhere must offer encryption", (r.returncode, r.stderr))
    check.that(not any(c.startswith("MAIL") for c in s.commands), "and hears of no message before", s.commands)
    check.that(test(s, "--smtp-plain").returncode == 0 and len(s.messages) == 1, "unless whoever runs it says that the way is their own")
    s.close()
    right, ca = certificate(os.path.join(folder, "here"), name)
    s = Sink(host=name, tls=right)
    check.that(test(s, "--smtp-ca", ca).returncode == 0 and len(s.messages) == 1 and "STARTTLS" in s.commands, "STARTTLS")
    check.that(test(s).returncode == 75 and len(s.messages) == 1, "with a certificate that holds")
    s.close()


def login(folder):
    secret = "ひみつ-7h3-s3cret"
    path = os.path.join(folder, "password")
    with open(path, "w") as f:
        f.write(secret + "\n")
    s = Sink(login=("kaname", secret))
    words = ("--smtp-user", "kaname", "--smtp-password-file", path)
    os.chmod(path, 0o644)
    r = test(s, *words)
    check.that(r.returncode == 2 and "600" in r.stderr and s.tries == 0, "a password that others may read is refused", r.stderr)
    os.chmod(path, 0o600)
    check.that(test(s, *words).returncode == 0 and len(s.messages) == 1, "logged in")
    s.login = ("kaname", "other")
    r = test(s, *words)
    check.that(r.returncode == 75 and "name and password" in r.stderr and secret not in r.stdout + r.stderr and len(s.messages) == 1, "refused, and the password is not said", r.stderr)
    check.that(test(s, "--smtp-user", "kaname").returncode == 2 and test(s, "--smtp-password-file", path).returncode == 2, "both or none")
    tries = s.tries
    r = test(s, *words, "--smtp-plain", url="smtp://mail.example.jp:587")
    check.that(r.returncode == 2 and s.tries == tries, "no password in the open", r.stderr)
    s.close()


with tempfile.TemporaryDirectory() as folder:
    plain()
    injected()
    secure(folder)
    elsewhere(folder)
    login(folder)
    refused()
check.end()
