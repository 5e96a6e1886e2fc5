"""nginx from the system's packages with our configuration, as shipped but for its ports (and its rates, when the test asks for more)."""
import os, re, shutil, subprocess, tempfile, time
from kaname import ROOT, free_port

WRAPPER = """daemon off; worker_processes 1; pid DIR/pid; error_log DIR/error.log; USER
events { worker_connections 256; }
http {
    log_format keys "$http_idempotency_key";
    access_log DIR/access.log keys;
    client_body_temp_path DIR/body; proxy_temp_path DIR/proxy; fastcgi_temp_path DIR/f; uwsgi_temp_path DIR/u; scgi_temp_path DIR/s;
    include DIR/kaname.conf;
}
"""


def replaced(text, old, new):
    assert old in text, old
    return text.replace(old, new)


class Nginx:
    def __init__(self, upstream, unlimited=True):
        self.dir, self.port = tempfile.mkdtemp(prefix="kaname-nginx-"), free_port()
        with open(os.path.join(ROOT, "nginx", "kaname.conf")) as f:
            conf = replaced(replaced(f.read(), "127.0.0.1:8080;\n    keepalive", f"127.0.0.1:{upstream};\n    keepalive"), "listen 80;", f"listen 127.0.0.1:{self.port};")
        if unlimited:
            conf, n = re.subn(r"rate=\d+r/s", "rate=100000r/s", conf)
            assert n == 2
        self.write("kaname.conf", conf)
        self.write("nginx.conf", WRAPPER.replace("DIR", self.dir).replace("USER", "user root;" if os.geteuid() == 0 else ""))

    def write(self, name, text):
        with open(os.path.join(self.dir, name), "w") as f:
            f.write(text)

    def __enter__(self):
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([program, "-p", self.dir, "-c", os.path.join(self.dir, "nginx.conf"), "-e", os.path.join(self.dir, "error.log")])
        for _ in range(100):
            if os.path.exists(os.path.join(self.dir, "pid")) or self.process.poll() is not None:
                break
            time.sleep(0.05)
        assert self.process.poll() is None, "nginx did not start"
        return self

    def keys(self):
        """The Idempotency-Key of every request that nginx itself read as one."""
        with open(os.path.join(self.dir, "access.log")) as f:
            return set(f.read().split())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.dir)
