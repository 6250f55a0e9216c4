#!/usr/bin/env bash
# Robots of DingTalk, WeCom and Feishu answer status 200 to a message that they refuse; a number in the body says so. Apprise
# reads that number of Feishu alone: for a robot of DingTalk or WeCom with a wrong token, notify() returns True.
#
# A server on this machine answers as those services do to a wrong token, and the plugins are pointed at it. Ends with 1
# when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check apprise==2.3.0
venv/bin/python - <<'PY'
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from threading import Thread

from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

ANSWER = b'{"errcode": 300005, "errmsg": "token is not exist", "code": 19001, "msg": "param invalid"}'


class Refusing(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Refusing)
Thread(target=server.serve_forever, daemon=True).start()
where = f"http://127.0.0.1:{server.server_address[1]}/"
NotifyDingTalk.notify_url, NotifyWeComBot.notify_url = where + "{token}", where + "{key}"
NotifyFeishu.notify_url = where + "{token}"
token = "0" * 32
services = {"DingTalk": NotifyDingTalk(token=token), "WeCom": NotifyWeComBot(key=token), "Feishu": NotifyFeishu(token=token)}
told = {name: service.notify(body="hello") for name, service in services.items()}
print(f"apprise {version('apprise')}: every message was refused; notify() returned {told}")
raise SystemExit(0 if told == {"DingTalk": True, "WeCom": True, "Feishu": False} else 1)
PY
echo "the behaviour is as described"
