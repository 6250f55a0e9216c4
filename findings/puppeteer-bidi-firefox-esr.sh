#!/usr/bin/env bash
# Puppeteer speaks WebDriver BiDi to Firefox by default, and its release notes call that stable. With the Firefox ESR that
# Debian ships, a page opens, types and clicks, and yet three ordinary calls fail or tell what is no longer true:
#
#   page.setViewport(…)     rejects: unknown command emulation.setScreenOrientationOverride
#   response.json()         rejects: unknown command network.getData
#   page.url()              stays at the old address after history.pushState, as every single-page router calls it
#
# A test suite that moves from Chromium to Firefox meets the first at its first line. What works instead: the window's
# size as --width and --height with defaultViewport null, and location.href asked for in the page.
#
# Needs: bash, Node.js 20 or newer with npm, Debian's firefox-esr. Ends with 1 when the behaviour is another one.
set -euo pipefail

FIREFOX=${FIREFOX:-/usr/bin/firefox-esr}
[ -x "$FIREFOX" ] || { echo "firefox-esr is missing: apt-get install firefox-esr" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund puppeteer-core@24.43.1

cat > try.mjs <<'JS'
import { createServer } from 'node:http'
import puppeteer from 'puppeteer-core'

const server = createServer((asked, answer) => {
  const isJson = asked.url === '/data'
  answer.setHeader('Content-Type', isJson ? 'application/json' : 'text/html')
  answer.end(isJson ? '{"ok": true}' : '<!doctype html><title>page</title><p>hello</p>')
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${server.address().port}`
const browser = await puppeteer.launch({
  browser: 'firefox', executablePath: process.env.FIREFOX, headless: true, defaultViewport: null,
})
const tried = {}
const say = (error) => /unknown command ([\w.]+)/.exec(String(error))?.[0] ?? String(error).split('\n')[0]
try {
  console.log('browser:', await browser.version())
  const page = await browser.newPage()
  await page.goto(`${base}/`)
  tried.setViewport = await page.setViewport({ width: 800, height: 600 }).then(() => 'done', say)
  const data = await page.goto(`${base}/data`)
  tried['response.json'] = await data.json().then(JSON.stringify, say)
  await page.goto(`${base}/`)
  await page.evaluate(() => history.pushState({}, '', '/next'))
  tried.location = await page.evaluate(() => location.pathname)
  await new Promise((done) => setTimeout(done, 500))
  tried['page.url'] = new URL(page.url()).pathname
} finally {
  await browser.close()
  server.close()
}
for (const [name, found] of Object.entries(tried)) console.log(`${name}: ${found}`)
const expected = {
  setViewport: 'unknown command emulation.setScreenOrientationOverride',
  'response.json': 'unknown command network.getData',
  location: '/next',
  'page.url': '/',
}
process.exit(JSON.stringify(tried) === JSON.stringify(expected) ? 0 : 1)
JS
echo "node: $(node --version), puppeteer-core: $(node -p "require('puppeteer-core/package.json').version")"
FIREFOX="$FIREFOX" node try.mjs
echo "the behaviour is as described"
