// npm test [-- [--long] [--seed N] [STAGE | FILTER]…]
// Builds, then runs the stages below one after the other; the last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { commandStage, type Stage, vitestStage } from './stage.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pinned = join(root, 'node_modules', 'node', 'bin', 'node')
// npm runs scripts with the pinned Node. Called by hand with another one, this file sees to it itself.
if (existsSync(pinned) && process.execPath !== pinned && process.env['TIDEMARK_TEST_NODE'] === undefined) {
  const again = spawnSync(pinned, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, TIDEMARK_TEST_NODE: process.version } })
  process.exit(again.status ?? 1)
}
process.env['PATH'] = [join(root, 'node_modules', '.bin'), dirname(pinned), process.env['PATH']].join(delimiter)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean', default: false }, seed: { type: 'string' } },
})
// A campaign looks where the last one did not; the seed that it prints repeats it.
const seed = values.seed ?? (values.long ? String(Date.now() % 2 ** 31) : undefined)
if (values.long) process.env['TIDEMARK_LONG'] = '1'
if (seed !== undefined) process.env['TIDEMARK_SEED'] = seed

const tidemark = join(root, 'packages', 'tidemark')
const dashboard = join(root, 'packages', 'dashboard')
const reports = join(root, '.tmp', 'reports')
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

const STAGES: readonly Stage[] = [
  commandStage('build', root, [['npm', 'run', '--silent', 'build']]),
  commandStage('types', root, [
    ['tsc', '-p', 'packages/tidemark'],
    ['tsc', '-p', 'packages/tidemark/tsconfig.portable.json'],
    ['tsc', '-p', 'scripts'],
    ['tsc', '-p', 'bench'],
    ['tsc', '-p', 'templates'],
    ['tsc', '-p', 'packages/dashboard'],
    ['tsc', '-p', 'packages/dashboard/test'],
  ]),
  commandStage('lint', root, [['biome', 'lint', '--error-on-warnings', '--max-diagnostics=200']]),
  vitestStage('repository', tidemark, reports),
  vitestStage('unit', tidemark, reports, ['strace', 'chromium']),
  vitestStage('dashboard', dashboard, reports),
  vitestStage('browser', dashboard, reports, ['chromium']),
  vitestStage('histories', tidemark, reports),
  vitestStage('planted', tidemark, reports),
  vitestStage('crash', tidemark, reports, ['strace']),
  vitestStage('damage', tidemark, reports),
  // No time is asserted: that it runs, and that the answers are right.
  commandStage('bench', root, [['npm', 'run', '--silent', 'bench', '--workspace', 'bench', '--', '--scale', 'tiny', '--only', 'nightly,field,correctness', '--check']]),
]

const named = new Set(STAGES.map((stage) => stage.name).filter((name) => positionals.includes(name)))
const filters = positionals.filter((word) => !named.has(word))
// A word that is no stage filters files. Whatever is asked for may need the build.
const wanted = STAGES.filter((stage) =>
  stage.name === 'build' || (named.size > 0 ? named.has(stage.name) : filters.length === 0 || stage.hasFiles))

const missing = [...new Set(wanted.flatMap((stage) => stage.tools))].filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
const lines: string[] = []
let passed = 0
let failed = 0
let chosen = 0
for (const stage of wanted) {
  const start = performance.now()
  const outcome = await stage.run(filters)
  passed += outcome.passed
  failed += outcome.failed
  if (stage.hasFiles) chosen += outcome.passed + outcome.failed + outcome.skipped.length
  const { skipped } = outcome
  for (const test of skipped) console.log(`skipped: ${test}`)
  // Locally a missing tool is no reason to stop; where the result decides something, an unrun test is no passed test.
  if (process.env['CI'] === 'true') failed += skipped.length
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const line = `${stage.name.padEnd(12)}${String(outcome.passed).padStart(6)} passed${outcome.failed > 0 ? `, ${outcome.failed} FAILED` : ''}${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}  ${seconds} s`
  console.log(line)
  lines.push(line)
}
if (filters.length > 0 && chosen === 0) {
  console.error(`no test file matches ${filters.join(' ')}`)
  failed++
}

console.log(`\n${lines.join('\n')}`)
if (missing.length > 0) console.log(`not installed, so that tests which need it are skipped: ${missing.join(', ')}`)
if (seed !== undefined) console.log(`repeat with: npm run test${values.long ? ':long' : ''} -- --seed ${seed}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
