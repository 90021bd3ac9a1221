import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { type BuiltFile, firstRoute, gzippedBytes, MOST_FIRST_ROUTE_BYTES } from './build/first-route.ts'
import { PAGE_PATHS } from './src/page-paths.ts'

/** Where `npm run dev` finds the API: the server of a project, on the port that was given it. */
const SERVER = process.env['TIDEMARK_URL'] ?? 'http://127.0.0.1:4000'

/** The same page at every path. */
function pagesOfTheirOwn(): Plugin {
  return {
    name: 'pages', apply: 'build', enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html']
      if (page?.type !== 'asset') throw new Error('the build has no index.html')
      for (const path of Object.values(PAGE_PATHS)) {
        if (path !== '/') this.emitFile({ type: 'asset', fileName: `${path.slice(1)}index.html`, source: page.source })
      }
    },
  }
}

/** Ends the build where the first route has grown too large. */
function boundedFirstRoute(): Plugin {
  return {
    name: 'first-route', apply: 'build', enforce: 'post',
    writeBundle(_options, bundle) {
      const files = new Map<string, BuiltFile>(Object.values(bundle).map((file) => [file.fileName, file.type === 'chunk'
        ? { name: file.fileName, bytes: file.code, imports: file.imports, styles: [...(file.viteMetadata?.importedCss ?? [])] }
        : { name: file.fileName, bytes: file.source, imports: [], styles: [] }]))
      const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry)
      if (entry === undefined) throw new Error('the build has no entry')
      const names = ['index.html', ...firstRoute(files, entry.fileName)]
      const bytes = gzippedBytes(files, names)
      const told = `first route: ${(bytes / 1024).toFixed(1)} KB gzip in ${names.length} files, at most ${MOST_FIRST_ROUTE_BYTES / 1024}`
      if (bytes > MOST_FIRST_ROUTE_BYTES) this.error(told)
      this.info(told)
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), pagesOfTheirOwn(), boundedFirstRoute()],
  // Nothing inline and no outside host: the server's content security policy allows neither.
  build: { outDir: '../tidemark/dist/dashboard', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2023', chunkSizeWarningLimit: 900, reportCompressedSize: false },
  server: {
    // The server judges where a write comes from; here that is the page of the proxy.
    proxy: Object.fromEntries(['/v1', '/link', '/session'].map((path) => [path, { target: SERVER, changeOrigin: true, headers: { origin: SERVER } }])),
  },
})
