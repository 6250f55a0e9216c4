#!/usr/bin/env bash
# unplugin-vue-components writes components.d.ts, which the type check needs and which therefore is committed. One expects a
# build that fails to leave it as it was. It is written during the build, from what had been seen so far: a file with a
# syntax error takes the components that it uses out of the declarations. A type check then takes their tags for unknown
# elements and says nothing, and the shorter file is easily committed with the repair.
#
# Builds a page of two components, breaks one of them and builds again. Needs Node.js 20 with npm. Ends with 1 when the
# behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund vite@8.3.8 vue@3.5.45 @vitejs/plugin-vue@6.0.11 \
  unplugin-vue-components@32.1.0 element-plus@2.14.8
mkdir src
echo '<!doctype html><div id="app"></div><script type="module" src="/src/main.js"></script>' >index.html
cat >src/main.js <<'JS'
import { createApp } from 'vue'
import Whole from './whole.vue'

createApp(Whole).mount('#app')
JS
cat >src/whole.vue <<'VUE'
<script setup>
import Part from './part.vue'
</script>
<template><el-button>a</el-button><part /></template>
VUE
echo '<template><el-dialog>b</el-dialog></template>' >src/part.vue
cat >vite.config.mjs <<'JS'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'

export default {
  plugins: [vue(), Components({ dirs: [], dts: 'src/components.d.ts', resolvers: [ElementPlusResolver()] })],
}
JS

declared() { grep -oE '^ +El\w+:' src/components.d.ts | tr -d ' :' | sort -u | paste -sd' '; }

for name in vite unplugin-vue-components; do
  echo "$name $(node -p "JSON.parse(fs.readFileSync('node_modules/$name/package.json')).version")"
done
npx vite build >/dev/null 2>&1
before=$(declared)
echo '<template><el-dialog>{{ b</el-dialog></template>' >src/part.vue
if npx vite build >/dev/null 2>&1; then echo "the broken page was built" >&2; exit 1; fi
after=$(declared)
echo "declared after a build: $before; after one that failed: $after"
[ "$before / $after" = "ElButton ElDialog / ElButton" ]
echo "the behaviour is as described"
