import { copyFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { compressed } from './build/compressed.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const API = process.env.YUYUE_API ?? 'http://127.0.0.1:8080'

/** The server answers exactly the paths of our router: it reads them from the build. */
const pages: Plugin = {
  name: 'pages',
  apply: 'build',
  writeBundle: () => copyFileSync(here('./src/pages.json'), here('./dist/pages.json')),
}

export default defineConfig({
  plugins: [
    vue(),
    Components({ dirs: [], dts: 'src/components.d.ts', resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    pages,
    compressed(here('./dist')),
  ],
  resolve: { alias: { '@': here('./src') } },
  build: {
    // Chrome 109 is the last one on Windows 7, which the manual still names.
    target: 'chrome109',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '^/(api|docs|openapi.json|static-offline-docs)': API } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    server: { deps: { inline: ['element-plus'] } },
  },
})
