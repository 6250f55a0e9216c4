#!/usr/bin/env bash
# A Content-Security-Policy without 'unsafe-eval' does not trouble Playwright: evaluate() takes a function or an expression
# alike, and so does wait_for_function(), if the expression is true at once. If it has to wait, it evaluates the expression
# in the page itself, and the policy of the page stops it: EvalError. So a test passes on a quick machine and fails on a
# slow one, or as soon as the page gets the policy of production. The function form, () => …, waits under any policy.
#
# Opens a page with a strict policy in Chromium and waits for what is so already and for what will be so soon. Needs
# chromium (Debian: chromium). Ends with 1 when the behaviour is another one.
set -euo pipefail

export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
[ -x "$CHROMIUM" ] || { echo "chromium is missing: apt-get install chromium" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check playwright==1.65.2
"$folder/venv/bin/python" - <<'PY'
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from threading import Thread

from playwright.sync_api import Error, sync_playwright


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>page</title><p>hello")

    def log_message(self, *_):
        pass


def outcome(page, condition):
    """Returns what came of waiting for a condition: its value, or its error."""
    try:
        return page.wait_for_function(condition, timeout=10_000).json_value()
    except Error as error:
        return "EvalError" if "EvalError" in error.message else error.message


server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
Thread(target=server.serve_forever, daemon=True).start()
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
    print("playwright", version("playwright"), "chromium", browser.version)
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    soon = "() => { window.ready = false; setTimeout(() => { window.ready = true }, 500) }"
    found = {"evaluate, expression": page.evaluate("document.title === 'page'")}
    found["already so, expression"] = outcome(page, "document.title === 'page'")
    for name, condition in (("expression", "window.ready === true"), ("function", "() => window.ready === true")):
        page.evaluate(soon)
        found[f"soon so, {name}"] = outcome(page, condition)
    browser.close()
server.shutdown()
for how, value in found.items():
    print(f"{how:23} {value}")
raise SystemExit(0 if list(found.values()) == [True, True, "EvalError", True] else 1)
PY
echo "the behaviour is as described"
