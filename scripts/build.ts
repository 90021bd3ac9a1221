import { spawnSync } from 'node:child_process'
import { cp, readdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Builds the published package: compiles src into dist, takes away what no source stands for any more (files are
 * replaced one by one, so that a program that runs from dist meanwhile keeps finding them), copies the templates in,
 * builds the dashboard into it, and puts beside package.json what npm packs from there.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const home = join(root, 'packages', 'tidemark')
const dist = join(home, 'dist')
/** Not part of a project that is made from a template. */
const NOT_COPIED = /^(?:node_modules|archive|test|.*\.db(?:-wal|-shm)?)$/

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
const compiled = spawnSync(process.execPath, [tsc, '-p', join(home, 'tsconfig.build.json')], { stdio: 'inherit' })
if (compiled.status !== 0) process.exitCode = compiled.status ?? 1

const sources = new Set(await readdir(join(home, 'src'), { recursive: true }))
for (const file of await readdir(dist, { recursive: true })) {
  const source = file.replace(/(\.d\.ts|\.js)$/, '.ts')
  if (source !== file && !file.startsWith('templates') && !file.startsWith('dashboard') && !sources.has(source)) await rm(join(dist, file))
}

await rm(join(dist, 'templates'), { recursive: true, force: true })
for (const template of await readdir(join(root, 'templates'), { withFileTypes: true })) {
  if (!template.isDirectory()) continue
  await cp(join(root, 'templates', template.name), join(dist, 'templates', template.name), {
    recursive: true, filter: (source) => !NOT_COPIED.test(source.split(/[/\\]/).at(-1) as string),
  })
}

const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js')
const dashboard = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: join(root, 'packages', 'dashboard'), stdio: 'inherit' })
if (dashboard.status !== 0) process.exitCode = dashboard.status ?? 1

for (const page of ['README.md', 'LICENSE']) await cp(join(root, page), join(home, page))
