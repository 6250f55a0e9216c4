#!/usr/bin/env bash
# el-dialog tells by the event open-auto-focus that it takes the focus, and a handler that focuses a field of its own, as
# the name suggests, works at first: the field has the focus then and in the next tick of Vue. A moment later the dialog
# gives the focus to itself, and what is typed goes nowhere. preventDefault() cannot be called, for the handler gets no
# event that takes it. The handler has to wait until the dialog has the focus and may only then move it on.
#
# Opens such a dialog in Chromium and writes down who has the focus. Needs Node.js 20 with npm and chromium (Debian:
# chromium). Ends with 1 when the behaviour is another one.
set -euo pipefail

export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
[ -x "$CHROMIUM" ] || { echo "chromium is missing: apt-get install chromium" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund element-plus@2.14.8 vue@3.5.45 puppeteer-core@24.43.1
cat >page.html <<'HTML'
<!doctype html><meta charset="utf-8"><title>page</title><div id="app"></div>
<script src="vue/dist/vue.global.prod.js"></script><script src="element-plus/dist/index.full.min.js"></script>
<script>
const seen = {}
const look = (when) => { seen[when] = document.activeElement.id || document.activeElement.className }
Vue.createApp({
  data: () => ({ open: false }),
  methods: {
    begin(event) {
      seen.preventable = typeof event?.preventDefault === 'function'
      document.getElementById('field').focus()
      look('at once')
      Vue.nextTick(() => look('next tick'))
      setTimeout(() => { look('later'); window.done = true }, 1000)
    },
  },
  template: `<button @click="open = true">open</button>
    <el-dialog v-model="open" @open-auto-focus="begin"><input><input id="field"></el-dialog>`,
}).use(ElementPlus).mount('#app')
</script>
HTML
cat >try.mjs <<'JS'
import { createReadStream, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import puppeteer from 'puppeteer-core'

const server = createServer((asked, answer) => {
  const file = asked.url === '/' ? 'page.html' : `node_modules${asked.url}`
  answer.setHeader('Content-Type', file.endsWith('.html') ? 'text/html' : 'text/javascript')
  createReadStream(file).on('error', () => answer.writeHead(404).end()).pipe(answer)
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] })
let seen
try {
  const { version } = JSON.parse(readFileSync('node_modules/element-plus/package.json'))
  console.log(`element-plus ${version}, ${await browser.version()}`)
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await page.click('button')
  await page.waitForFunction(() => window.done)
  seen = await page.evaluate(() => seen)
} finally {
  await browser.close()
  server.close()
}
console.log('the focus is on', seen)
const expected = { preventable: false, 'at once': 'field', 'next tick': 'field', later: 'el-dialog' }
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1)
JS
node try.mjs
echo "the behaviour is as described"
