#!/usr/bin/env python3
"""Raw bytes that servers and proxies read differently, sent to the server itself and to nginx with our configuration in front of it. Each is
answered once, by the stated status or by closing, within 3 s; no request runs that the door did not see as one; the server lives on."""
import os, re, resource, socket, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname
from nginx import Nginx

check = Checks()
H = "Host: h\r\n"
REFUSED = {0, 400, 403, 404, 405, 411, 413, 414, 415, 417, 422, 431, 501, 505}  # 0: closed without an answer


def get(headers="", target="/healthz", method="GET", version="HTTP/1.1"):
    return f"{method} {target} {version}\r\n{headers}\r\n"


def post(headers, body=""):
    return get(H + "Content-Type: application/json\r\n" + headers, "/api/login", "POST") + body


GOOD = [("plain", get(H)), ("host with port", get("Host: h:80\r\n")), ("name in lower case", get("host: h\r\n"))]
TE = ["chunked", "Chunked", "identity", "gzip, chunked", "chunked, identity", " chunked", "xchunked", "\tchunked"]
LENGTHS = ["+2", "-2", "0x2", "2,2", "2 2", "2.0", "", "99999999999999999999", "2;", "two", "\u0662"]
HOSTS = ["", "a b", "a,b", "a/b", "a@b", "a\\b", "a?b", "x" * 300]
TARGETS = ["//healthz", "/a/../healthz", "/a\\b", "/healthz#x", "healthz", "/" + "a" * 9000, "/\x7f", "/\u6c34"]
BAD = [("no host", get()), ("two hosts", get(H + H)), ("two different hosts", get(H + "Host: g\r\n")),
       ("blank in a name", get(H + "A B: 1\r\n")), ("blank before the colon", get(H + "A : 1\r\n")), ("no colon", get(H + "abc\r\n")),
       ("control character in a value", get(H + "A: b\x01c\r\n")), ("large head", get(H + "A: " + "b" * 40000 + "\r\n")),
       ("many headers", get(H + "".join(f"A{i}: 1\r\n" for i in range(900)))), ("TRACE", get(H, method="TRACE")), ("TRACE with a body", get(H + "Content-Length: 2\r\n", method="TRACE") + "{}"), ("OPTIONS", get(H, method="OPTIONS")),
       ("CONNECT", get(H, "h:80", "CONNECT")), ("unknown method", get(H, method="BREW")), ("method in lower case", get(H, method="get")),
       ("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")), ("two equal lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
       ("length and chunked", post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
       ("upgrade", get(H + "Upgrade: h2c\r\nConnection: Upgrade\r\n")), ("encoded body", post("Content-Encoding: gzip\r\nContent-Length: 2\r\n", "{}")),
       ("two credentials", get(H + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n")), ("100 MB", post("Content-Length: 104857600\r\n")),
       ("HTTP/9.9", get(H, version="HTTP/9.9")), ("garbage", "\x00\x01\x02\r\n\r\n"), ("TLS hello", "\x16\x03\x01\r\n\r\n")]
BAD += [("encoding " + repr(v), post(f"Transfer-Encoding: {v}\r\n", "2\r\n{}\r\n0\r\n\r\n")) for v in TE]
BAD += [("length " + repr(v), post(f"Content-Length: {v}\r\n", "{}")) for v in LENGTHS]
BAD += [("host " + repr(v[:9]), get(f"Host: {v}\r\n")) for v in HOSTS] + [("target " + repr(v[:12]), get(H, v)) for v in TARGETS]



def chunked(body, headers=""):
    return post(headers + "Transfer-Encoding: chunked\r\n", body)


BAD += [("chunk size " + repr(v), chunked(v + "\r\n{}\r\n0\r\n\r\n")) for v in ["2", "0x2", "+2", "-2", "2 ", "2;a=b", "ffffffffffffffffff", ""]]
BAD += [("chunked, then a length", chunked("0\r\n\r\n", "Content-Length: 4\r\n")), ("two encodings", chunked("0\r\n\r\n", "Transfer-Encoding: identity\r\n")),
        ("blank before the colon of an encoding", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")), ("folded encoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
        ("encoding in HTTP/1.0", chunked("0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0")), ("trailer", chunked("0\r\nA: 1\r\n\r\n")),
        ("blank first header", "GET /healthz HTTP/1.1\r\n A: 1\r\n" + H + "\r\n"), ("NUL in a name", get(H + "A\0B: 1\r\n")), ("NUL in the target", get(H, "/healthz\0x")),
        ("CR in a value", get(H + "A: b\rX: c\r\n")), ("CR ends a line", get("Host: h\rA: b\r\n")), ("200 headers", get(H + "".join(f"A{i}: 1\r\n" for i in range(200)))),
        ("64 KiB header", get(H + "A: " + "b" * 65536 + "\r\n")), ("10 KiB target", get(H, "/" + "a" * 10240)), ("absolute target, other host", get(H, "http://g/healthz")),
        ("expectation", post("Expect: 100-continue\r\nContent-Length: 2\r\n", "{}")), ("GET with a body", get(H + "Content-Length: 2\r\n") + "{}"),
        ("two If-Match", get(H + "If-Match: \"1\"\r\nIf-Match: \"2\"\r\n")), ("HTTP/2.0", get(H, version="HTTP/2.0")), ("no version", "GET /healthz\r\n\r\n"),
        ("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ("OPTIONS *", get(H, "*", "OPTIONS")), ("a length of 1 TB", post("Content-Length: 1099511627776\r\n", "{"))]
READINGS = REFUSED | {200, 401, 408}  # behind nginx, that turns some of them into plain requests
# One reading each: the status that a plain client gets for it.
READ = [("NUL ends a value", get(H + "A: b\0c\r\n"), {200}), ("NUL ends Host", get("Host: h\0g\r\n"), {200, 400}), ("NUL ends a length", post("Content-Length: 2\0 9\r\n", "{}"), {400, 401, 422}),
        ("body above 1 MiB", post("Content-Length: 1048579\r\n", "{" + " " * 1048577 + "}"), {413}), ("HEAD", get(H, method="HEAD"), {200, 404, 405}), ("Range is not served in parts", get(H + "Range: bytes=0-0\r\n"), {200}), ("HTTP/1.0", get(H, version="HTTP/1.0"), {200}),
        ("%00 in a path", get(H, "/healthz%00"), {400, 404}), ("..%2f in a path", get(H, "/assets/..%2f..%2fetc%2fpasswd"), {400, 404}), ("%2e%2e in a path", get(H, "/assets/%2e%2e/healthz"), {400, 404}),
        ("%0d%0a in a query", get(H, "/healthz?a=%0d%0aSet-Cookie:%20x=1"), {200, 400, 422}), ("broken escape", get(H, "/healthz%zz"), {400, 404}), ("100 % signs", get(H, "/" + "%" * 100), {400, 404})]
FORGED = "evil.example"
FORGERIES = ["X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "Origin", "Referer", "User-Agent", "Accept-Language"]


def ask(port, raw, wait=3):
    """(status, number of answers, closed in time, bytes): everything that comes back before the server closes or the time is over."""
    began, got, closed = time.monotonic(), b"", False
    with socket.create_connection(("127.0.0.1", port), timeout=3) as s:
        try:
            s.sendall(raw.encode())
            while time.monotonic() - began < wait:
                s.settimeout(0.4 if got else wait)
                part = s.recv(65536)
                if not part:
                    closed = True
                    break
                got += part
        except socket.timeout:
            pass
        except OSError:
            closed = True
    lines = [n for n in re.findall(rb"HTTP/1\.[01] (\d{3}) ", got) if n != b"100"]
    return (int(lines[0]) if lines else 0), len(lines), closed, got


def names():
    return sorted(x["name"] for x in k.call("GET", k.at("units") + "?limit=200", token=editor).json["items"])


def second(name):
    """A whole write with good credentials: what an attacker would want to be read as a second request."""
    body = '{"name":"%s"}' % name
    return (f"POST {k.at('units')} HTTP/1.1\r\n{H}Authorization: Bearer {editor}\r\nIdempotency-Key: key-{name.replace(' ', '-')}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}")


def alive(port, what):
    check.that(ask(port, get(H + "Connection: close\r\n"))[:3] == (200, 1, True), "alive after " + what)


def common(port, door):
    """What holds at both doors."""
    for what, raw in GOOD:
        got = ask(port, raw)
        check.that(got[:2] == (200, 1), f"{door}: {what}", got[:3])
    status, answers, _, got = ask(port, get(H) + second("wanted " + door))
    check.that((status, answers) == (200, 2) and "wanted " + door in names(), f"{door}: two requests in one write are two requests", (status, answers, got[-300:]))
    for name in FORGERIES:
        for target in ("/", "/healthz", "/api/session", "/nowhere"):
            got = ask(port, get(f"{H}Connection: close\r\n{name}: {FORGED}\r\n", target))[3]
            check.that(got.startswith(b"HTTP/1.1 ") and FORGED.encode() not in got, f"{door}: {name} is not reflected by {target}", got[:200])
    got = ask(port, get(f"Host: {FORGED}\r\n", "/nowhere"))[3]
    check.that(FORGED.encode() not in got, door + ": Host is not reflected")
    got = ask(port, get(f"{H}X-HTTP-Method-Override: DELETE\r\n"))
    check.that(got[:2] == (200, 1), door + ": a method is not overridden", got[:2])
    began = time.monotonic()
    status, answers, closed, _ = ask(port, post("Content-Length: 100\r\n", "{"), 26)
    check.that(closed and answers <= 1 and status in REFUSED | {408} and 8 < time.monotonic() - began < 25, door + ": a body that stops is ended", (status, answers, closed, time.monotonic() - began))
    alive(port, "a body that stops")


def direct():
    common(k.port, "direct")
    before = names()
    for what, raw, statuses in READ:
        status, answers, _, got = ask(k.port, raw)
        check.that(status in statuses and answers == 1, what, (status, answers))
        check.that(b"x=1" not in got and b"root:" not in got, what + ": nothing leaks")
        alive(k.port, what)
    for n, (what, raw) in enumerate(BAD):
        status, answers, closed, got = ask(k.port, raw + second(f"direct-{n}"))
        check.that(status in REFUSED and answers <= 1 and closed, what, (status, answers, closed, got[-200:]))
        alive(k.port, what)
    check.that(names() == before, "no smuggled request was executed", names())


def behind(nginx):
    """nginx may read what follows as a request of its own (it says so in its log); the program must never see one that nginx did not."""
    common(nginx.port, "nginx")
    for what, raw, statuses in READ:
        status, answers, _, got = ask(nginx.port, raw)
        check.that(status in statuses | REFUSED and answers <= 1, "nginx: " + what, (status, answers))
        check.that(b"x=1" not in got and b"root:" not in got, "nginx: " + what + ": nothing leaks")
        alive(nginx.port, what)
    for n, (what, raw) in enumerate(BAD):
        status, answers, closed, got = ask(nginx.port, raw + second(f"nginx-{n}"))
        check.that((answers or closed) and answers <= 2 and status in READINGS, "nginx: " + what, (status, answers, closed, got[-200:]))
        alive(nginx.port, what)
    seen, ran = nginx.keys(), names()
    for n, (what, _) in enumerate(BAD):
        check.that(f"nginx-{n}" not in ran or f"key-nginx-{n}" in seen, "nginx: nothing smuggled by " + what)
    check.that(any(f"key-nginx-{n}" not in seen for n in range(len(BAD))), "nginx refuses some itself")


def limits():
    with Nginx(k.port, unlimited=False) as nginx:
        got = [ask(nginx.port, get(H + "Connection: close\r\n"))[0] for _ in range(200)]
    check.that(set(got) == {200, 429} and got[:50] == [200] * 50, "nginx: too many requests are told so", sorted(set(got)))


def idle_connections():
    """A shell gives a program 1,024 descriptors: as many connections that say nothing keep nobody out."""
    idle = []
    try:
        for _ in range(1500):
            idle.append(socket.create_connection(("127.0.0.1", k.port), timeout=3))
        status, answers, _, _ = ask(k.port, get(H + "Connection: close\r\n"))
        check.that(status == 200 and answers == 1, "answered beside 1,500 idle connections", (status, answers))
    except OSError as e:
        check.that(False, "1,500 idle connections", (len(idle), e))
    for s in idle:
        s.close()


k = Kaname()
editor = k.user("editor", "ciso")
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
k.start()
resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
direct()
idle_connections()
with Nginx(k.port) as nginx:
    behind(nginx)
limits()
k.close()
check.end()
