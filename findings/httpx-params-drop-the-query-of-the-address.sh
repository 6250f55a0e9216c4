#!/usr/bin/env bash
# In requests, and in what most people expect, params= is added to the query that an address has already. In httpx it takes
# the place of that query: the old one is gone without a word, even with params={} and even when only the client has
# default params. A signed link, a calendar address with its secret in the query or a cursor handed out by an API is so
# sent without what makes it work.
#
# Builds requests without sending any. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check httpx==0.28.1 requests==2.32.5
"$folder/venv/bin/python" - <<'PY'
import httpx
import requests

ADDRESS = "http://127.0.0.1/feed?cursor=7"
print(f"httpx {httpx.__version__}, requests {requests.__version__}, address {ADDRESS}")
queries = {
    "requests, params={'limit': 2}": requests.Request("GET", ADDRESS, params={"limit": 2}).prepare().url,
    "httpx, params={'limit': 2}": httpx.Client().build_request("GET", ADDRESS, params={"limit": 2}).url,
    "httpx, params={}": httpx.Client().build_request("GET", ADDRESS, params={}).url,
    "httpx, Client(params={'limit': 2})": httpx.Client(params={"limit": 2}).build_request("GET", ADDRESS).url,
    "httpx, no params": httpx.Client().build_request("GET", ADDRESS).url,
}
found = {how: str(url).partition("?")[2] for how, url in queries.items()}
for how, query in found.items():
    print(f"{how:36} {query!r}")
raise SystemExit(0 if list(found.values()) == ["cursor=7&limit=2", "limit=2", "", "limit=2", "cursor=7"] else 1)
PY
echo "the behaviour is as described"
