#!/usr/bin/env python3
"""The OpenAPI description is valid, and the real server keeps to it: schemathesis sends what the description allows and what it forbids.
Run by ./do conformance SECONDS, with the Python that has openapi-spec-validator and schemathesis."""
import json, os, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kaname import Checks, Kaname
from openapi_spec_validator import validate

# Sessions are tried by tests/api.py and the front end's files by the browser; a password or login here would only meet the limits on tries.
LEFT_OUT = ("/assets/{name}", "/api/login", "/api/logout", "/api/account")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,missing_required_header,ignored_auth,negative_data_rejection"
NOWHERE = "00000000-0000-4000-8000-000000000000"


def some_ids(k, token, path):
    answer = k.call("GET", k.at(path) + "?limit=3", token=token)
    return [r["id"] for r in answer.json.get("items", [])] if answer.status == 200 else []


def with_real_values(api, k, token):
    """Random organisations and ids would only ever meet 404: the description that is tried names real ones, and one that is nowhere."""
    paths = {}
    for path, item in api["paths"].items():
        if path.startswith(LEFT_OUT):
            continue
        ids = some_ids(k, token, path.split("/")[4]) if "{org}" in path and "{id}" in path else []
        for operation in item.values():
            operation["parameters"] = [p for p in operation["parameters"] if p["name"] != "org"]
            for p in operation["parameters"]:
                if p["name"] == "id" and ids:
                    p["schema"] = {"enum": ids + [NOWHERE]}
                if p["name"] == "If-Match":
                    p["schema"] = {"enum": ['"1"', '"2"', '"3"']}
        paths[path.replace("{org}", k.org)] = item
    return dict(api, paths=paths)


def main(seconds):
    check = Checks()
    k = Kaname(init=("--sample", "jp-city"))
    token = k.user("tester", "ciso,risk_manager,executive,auditor,admin")
    k.start()
    api = k.call("GET", "/api/openapi.json").json
    validate(api)
    check.that(True, "the description is valid OpenAPI")
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "openapi.json"), "w") as f:
            json.dump(with_real_values(api, k, token), f)
        with open(os.path.join(d, "schemathesis.toml"), "w") as f:  # a method that no RFC knows gets 501, and rightly
            f.write('[phases.coverage]\nunexpected-methods = ["OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "POST"]\n')
        done = subprocess.run([os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", "openapi.json", "--url", f"http://127.0.0.1:{k.port}",
                               "--header", f"Authorization:Bearer {token}", "--checks", CHECKS, "--seed", "1", "--max-time", str(seconds), "--max-examples", "15",
                               "--phases", "examples,coverage,fuzzing", "--request-timeout", "10", "--continue-on-failure", "--suppress-health-check", "all",
                               "--warnings", "off", "--no-color"], cwd=d)
    check.that(done.returncode == 0, "schemathesis found nothing")
    check.that(k.call("GET", "/healthz").status == 200, "alive at the end")
    k.stop()
    check.that(k.command("audit", "verify", ok=False).returncode == 0, "the history verifies after it")
    k.close()
    check.end()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
