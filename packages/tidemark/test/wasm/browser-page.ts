import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const wasm = createRequire(import.meta.url).resolve('@sqlite.org/sqlite-wasm/sqlite3.wasm')

const PAGE = `<!doctype html><title>story</title><script type="module">
window.ask = (task) => new Promise((resolve) => {
  const worker = new Worker('/worker.js', { type: 'module' })
  worker.onmessage = ({ data }) => { worker.terminate(); resolve(data) }
  worker.onerror = (event) => resolve({ error: event.message })
  worker.postMessage(task)
})
</script>`

/** A defect that a platform could have: in a file of `src`, what stands there and what is put in its place. */
export interface Plant {
  readonly file: string
  readonly find: string
  readonly put: string
}

/** A page with a worker that tells the story, on loopback: what a bundler for browsers makes of the sources, and SQLite beside it. */
export async function servePage(plant: Plant | null = null): Promise<{ readonly url: string; close(): void }> {
  const planted: Plugin = {
    name: 'planted',
    setup(one) {
      if (plant === null) return
      one.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!path.endsWith(`/src/${plant.file}`)) return undefined
        const text = readFileSync(path, 'utf8')
        if (!text.includes(plant.find)) throw new Error(`${plant.file} has no ${plant.find}`)
        return { contents: text.replace(plant.find, plant.put), loader: 'ts' }
      })
    },
  }
  const bundle = await build({ entryPoints: [join(here, 'browser-worker.ts')], bundle: true, platform: 'browser', format: 'esm', write: false, logLevel: 'silent', plugins: [planted] })
  const files = new Map<string, readonly [string, Uint8Array | string]>([
    ['/', ['text/html', PAGE]], ['/worker.js', ['text/javascript', (bundle.outputFiles[0] as { contents: Uint8Array }).contents]], ['/sqlite3.wasm', ['application/wasm', readFileSync(wasm)]],
  ])
  const server = createServer(({ url = '/' }, response) => {
    const file = files.get(url)
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': file?.[0] ?? 'text/plain' }).end(file?.[1])
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
