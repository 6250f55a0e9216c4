import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSIBLE = /\.(?:html|js|css|svg|json)$/
const WORTH_IT_BYTES = 1024

/** Puts a compressed twin beside every file that gains by it, so that the server compresses nothing by itself. */
export function compressed(folder: string): Plugin {
  return {
    name: 'compressed-twins',
    apply: 'build',
    closeBundle: { order: 'post', handler: () => { files(folder).filter(isWorthIt).forEach(compress) } },
  }
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
}

function isWorthIt(file: string): boolean {
  return COMPRESSIBLE.test(file) && statSync(file).size >= WORTH_IT_BYTES
}

function compress(file: string): void {
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }))
}
