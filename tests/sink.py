"""A mail server for tests: takes messages over real SMTP, with STARTTLS and login where wanted, and misbehaves on request. Standard library only."""
import base64, email, email.policy, os, re, socket, ssl, subprocess, threading


class Sink:
    """`script`: how the next connections behave, one word each: "ok", "450" or "550" at RCPT, "451 data" after the message, "silent", "drop" (takes the message, never answers), "close"."""

    def __init__(self, tls=None, login=None, at_once=False, host="127.0.0.1", port=0):
        self.tls, self.login, self.at_once, self.host = tls, login, at_once, host
        self.messages, self.tries, self.script, self.commands = [], 0, [], []
        self.lock = threading.Lock()
        self.listener = socket.create_server((socket.gethostbyname(host), port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def url(self):
        return f"{'smtps' if self.at_once else 'smtp'}://{self.host}:{self.port}"

    def accept(self):
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.tries += 1
                how = self.script.pop(0) if self.script else "ok"
            threading.Thread(target=self.talk, args=(s, how), daemon=True).start()

    def talk(self, s, how):
        try:
            s.settimeout(60)
            if self.at_once:
                s = self.tls.wrap_socket(s, server_side=True)
            self.session(s, how)
        except (OSError, ssl.SSLError):
            pass
        finally:
            s.close()

    def session(self, s, how):
        if how == "close":
            return
        if how == "silent":
            s.recv(1)
            return
        f = s.makefile("rb")
        say = lambda line: s.sendall(line.encode() + b"\r\n")
        say("220 sink")
        to = sender = None
        secure = self.at_once
        while line := f.readline():
            word = line.decode(errors="replace").strip()
            self.commands.append(word)
            verb = word.split()[0].upper() if word else ""
            if verb == "EHLO":
                say("250-sink")
                if self.tls and not secure:
                    say("250-STARTTLS")
                if self.login:
                    say("250-AUTH PLAIN")
                say("250 8BITMIME")
            elif verb == "STARTTLS":
                say("220 go on")
                s = self.tls.wrap_socket(s, server_side=True)
                f, secure = s.makefile("rb"), True
            elif verb == "AUTH":
                right = base64.b64encode(f"\0{self.login[0]}\0{self.login[1]}".encode()).decode()
                given = word.split()[2] if len(word.split()) > 2 else None
                if given is None:
                    say("334 ")
                    given = f.readline().decode().strip()
                say("235 in" if given == right else "535 no")
            elif verb == "MAIL":
                sender = re.search(r"<(.*)>", word).group(1)
                say("250 ok")
            elif verb == "RCPT":
                if how in ("450", "550"):
                    say(how + " not this one")
                    continue
                to = re.search(r"<(.*)>", word).group(1)
                say("250 ok")
            elif verb == "DATA":
                say("354 go on")
                body = b""
                while (line := f.readline()) not in (b".\r\n", b""):
                    body += line[1:] if line.startswith(b".") else line
                with self.lock:
                    self.messages.append((to, sender, email.message_from_bytes(body, policy=email.policy.default), body))
                if how == "drop":
                    return
                say("451 later" if how == "451 data" else "250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("500 what")

    def ids(self, to=None):
        return [m["Message-ID"] for t, _, m, _ in self.messages if to in (None, t)]

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # close alone would not wake accept
        self.listener.close()


def certificate(folder, host):
    """A certificate authority of our own and a server's certificate of it. Returns (context of the server, file of the authority)."""
    os.makedirs(folder)
    run = lambda *w: subprocess.run(["openssl", *w], check=True, capture_output=True, cwd=folder)
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test authority")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "s.key", "-out", "s.csr", "-subj", f"/CN={host}")
    with open(os.path.join(folder, "ext"), "w") as f:
        f.write("subjectAltName=" + ("IP:" if re.fullmatch(r"[0-9.]+", host) else "DNS:") + host)
    run("x509", "-req", "-in", "s.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "ext", "-out", "s.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "s.pem"), os.path.join(folder, "s.key"))
    return context, os.path.join(folder, "ca.pem")
