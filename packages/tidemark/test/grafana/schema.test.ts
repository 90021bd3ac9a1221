import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { dashboardsOf } from '../../src/grafana/export.ts'
import type { SourceOptions } from '../../src/grafana/source.ts'
import { campaignMetrics, sessionsHeld } from '../../../../templates/campaigns/tidemark.config.ts'

const SOURCES: readonly SourceOptions[] = [{ kind: 'sqlite', path: '/srv/history.db', url: '' }, { kind: 'infinity', path: '/srv/history.db', url: 'https://history.example.org' }]
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
// Below the package, where `@grafana/schema` is found.
const folder = fileURLToPath(new URL('../../.tmp/grafana-schema', import.meta.url))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A dashboard as it stands in its file: words in place of Grafana's enumerations. */
const WRITTEN = `import type { Dashboard } from '@grafana/schema'
type Written<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T : T extends readonly (infer U)[] ? readonly Written<U>[] : T extends object ? { readonly [K in keyof T]: Written<T[K]> } : T
`

async function complaints(name: string, dashboards: readonly object[]): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, `${WRITTEN}export const all: readonly Written<Dashboard>[] = ${JSON.stringify(dashboards, null, 1)}\n`)
  return promisify(execFile)(process.execPath, [TSC, '--noEmit', '--strict', '--skipLibCheck', '--target', 'esnext', '--module', 'nodenext', '--types', '', '--ignoreConfig', file]).then(() => '', (error: { readonly stdout: string }) => error.stdout)
}

test('every dashboard is a Dashboard of @grafana/schema', async () => {
  const dashboards = SOURCES.flatMap((source) => [...dashboardsOf([campaignMetrics.definition, sessionsHeld.definition], source)])
  expect(dashboards.length).toBeGreaterThanOrEqual(SOURCES.length * 2)
  expect(await complaints('exported', dashboards)).toBe('')
}, 60_000)

test('a word that Grafana does not know is noticed', async () => {
  const [made] = dashboardsOf([campaignMetrics.definition], SOURCES[0] as SourceOptions)
  expect(await complaints('planted', [{ ...made, cursorSync: 'no' }, { ...made, time: { from: 1 } }])).toMatch(/cursorSync|from/)
}, 60_000)
