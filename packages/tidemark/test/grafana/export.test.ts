import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { bigint, decimal, entity, instant, integer, oneOf, series, stream, text } from '../../src/index.ts'
import type { Dashboard, Panel } from '../../src/grafana/dashboard.ts'
import { dashboardsOf, grafanaFiles } from '../../src/grafana/export.ts'
import type { SourceOptions } from '../../src/grafana/source.ts'
import { errorOf, project, shell, tidemark } from '../cli/cli.ts'
import { problemsOf, rowsOf } from './asked.ts'

const SQLITE: SourceOptions = { kind: 'sqlite', path: '/srv/history.db', url: '' }
const INFINITY: SourceOptions = { kind: 'infinity', path: '/srv/history.db', url: 'https://history.example.org/tidemark' }

const place = entity('place', { tenant: 'owner' })
const visits = stream('visits', {
  of: place, tenant: 'owner', entity: 'place', id: 'id', at: 'at',
  fields: { owner: text(), place: text(), id: text(), at: instant(), kind: oneOf(['in', 'out']), seconds: integer(), paid: decimal(2), steps: bigint() },
})
/** Every kind that events feed. */
const everyKind = series('every_kind', { of: place, grain: 'day' })
  .from(visits, (e, { count, delta, any, min, max, histogram, distinct }) => ({
    visits: count(), paid: delta(e.paid), steps: delta(e.steps), open: any(), least: min(e.seconds), most: max(e.seconds), spread: histogram(e.seconds), who: distinct(e.kind),
  }))
  .by('kind')
  .derive(({ ratio }) => ({ paidEach: ratio('paid', 'visits') }))
  .derive(({ ratio }) => ({ again: ratio('paidEach', 'visits') }))

const dashboards = (files: readonly { readonly path: string; readonly content: string }[]): readonly Dashboard[] =>
  files.filter(({ path }) => path.startsWith('dashboards/')).map(({ content }) => JSON.parse(content) as Dashboard)

describe('the files of an export', () => {
  test('are the same bytes for the same declarations, and whole in the model of Grafana', () => {
    for (const source of [SQLITE, INFINITY]) {
      expect(dashboardsOf([everyKind.definition], source)[0]).toHaveProperty(`time${'zone'}`, 'utc')
      const files = grafanaFiles([everyKind.definition], source, '/srv/grafana')
      expect(files).toEqual(grafanaFiles([everyKind.definition], source, '/srv/grafana'))
      expect(files.map(({ path }) => path)).toEqual(['provisioning/datasources/tidemark.yaml', 'provisioning/dashboards/tidemark.yaml', 'dashboards/tidemark-every_kind.json', 'README.md'])
      for (const one of dashboards(files)) expect(problemsOf(one)).toEqual([])
    }
  })

  test('a dashboard that overlaps, or names what is not there, is found', () => {
    const [made] = dashboardsOf([everyKind.definition], SQLITE) as [Dashboard]
    const [first, second] = made.panels as readonly [Panel, Panel]
    expect(problemsOf({ ...made, panels: [first, { ...second, gridPos: first.gridPos }] })).toEqual([`${second.title} lies on ${first.title}`])
    expect(problemsOf({ ...made, panels: [first, { ...second, id: first.id }] })).toEqual(['two panels of one id'])
    expect(problemsOf({ ...made, templating: { list: [] } })).toContain(`${first.title} names tenant`)
    expect(problemsOf({ ...made, uid: 'x'.repeat(41) })).toEqual([`uid ${'x'.repeat(41)}`])
    expect(problemsOf({ ...made, panels: [{ ...first, gridPos: { x: 20, y: 0, w: 12, h: 4 } }] })).toEqual([`${first.title} does not fit the grid`])
  })

  test('hold no secret and no path that Grafana would take for a variable', () => {
    const of = (source: SourceOptions): string => grafanaFiles([everyKind.definition], source, '/srv/$x').map(({ path, content }) => (path.endsWith('.yaml') ? content : '')).join('')
    expect(of({ ...SQLITE, path: '/srv/$HOME/"x".db' })).toContain('path: "/srv/$$HOME/\\"x\\".db"')
    expect(of(INFINITY)).toContain('bearerToken: $TIDEMARK_TOKEN\n')
    expect(of(INFINITY)).toContain('allowedHosts: ["https://history.example.org"]')
    expect(of(SQLITE)).toContain('path: "/srv/$$x/dashboards"')
    expect(of(SQLITE)).toContain('pathOptions: "mode=ro"')
  })

  test('ask HTTP for what the route answers', () => {
    const [made] = dashboards(grafanaFiles([everyKind.definition], INFINITY, '/srv')) as [Dashboard]
    const paid = made.panels.find(({ title }) => title === 'paid')
    expect(paid?.targets[0]).toMatchObject({
      type: 'csv', parser: 'backend', url: 'https://history.example.org/tidemark/v1/series/every_kind/query',
      url_options: { params: expect.arrayContaining([{ key: 'select', value: 'paid.sum' }, { key: 'format', value: 'csv' }]) as unknown },
      columns: [{ selector: 'period', text: 'time', type: 'timestamp' }, { selector: 'paid.sum', text: 'paid.sum', type: 'number' }],
    })
  })

  test('have no panel for what the views cannot show', () => {
    const [made] = dashboardsOf([everyKind.definition], SQLITE) as [Dashboard]
    expect(made.panels.map(({ title }) => title)).toEqual(['visits', 'paid', 'steps', 'open', 'least', 'most', 'paidEach', 'again', 'visits.sum by kind', 'Every place of the owner'])
  })
})

/** A project of commits, with its store and an export beside it. */
async function exported(): Promise<string> {
  const cwd = project()
  for (const line of ['tidemark migrate', 'tidemark ingest contributions commits.csv', 'tidemark capture activity', 'tidemark grafana export']) expect(await shell(line, { cwd })).toMatchObject({ code: 0 })
  return cwd
}

describe('tidemark grafana export', () => {
  test('writes what Grafana is provisioned with, and again leaves it as it is', async () => {
    const cwd = await exported()
    const datasource = readFileSync(join(cwd, 'grafana', 'provisioning', 'datasources', 'tidemark.yaml'), 'utf8')
    expect(datasource).toContain(`path: ${JSON.stringify(join(cwd, 'history.db'))}`)
    expect(readFileSync(join(cwd, 'grafana', 'provisioning', 'dashboards', 'tidemark.yaml'), 'utf8')).toContain(`path: ${JSON.stringify(join(cwd, 'grafana', 'dashboards'))}`)
    const again = JSON.parse((await tidemark(['grafana', 'export', '--json'], { cwd })).stdout) as { files: { path: string; changed: boolean }[] }
    expect(again.files.map(({ path }) => path)).toContain('dashboards/tidemark-activity.json')
    expect(again.files.every(({ changed }) => !changed)).toBe(true)
  })

  test('with --dry-run writes nothing, and says what it would', async () => {
    const cwd = project()
    const ran = await tidemark(['grafana', 'export', '--dry-run', '--json'], { cwd })
    expect(JSON.parse(ran.stdout)).toMatchObject({ dryRun: true, source: 'sqlite', files: expect.arrayContaining([{ path: 'README.md', changed: true }]) as unknown })
    expect(existsSync(join(cwd, 'grafana'))).toBe(false)
  })

  test('every panel of any project is answered by its store, with the numbers of the typed query', async () => {
    const cwd = await exported()
    const made = JSON.parse(readFileSync(join(cwd, 'grafana', 'dashboards', 'tidemark-activity.json'), 'utf8')) as Dashboard
    const db = new DatabaseSync(join(cwd, 'history.db'), { readOnly: true })
    const chosen = { from: Date.parse('2024-01-01'), to: Date.parse('2026-02-01'), variables: { tenant: 'kysely', entity: 'c2', grain: 'month' } }
    for (const one of made.panels) expect(rowsOf(db, one, chosen).length, one.title).toBeGreaterThan(0)
    const [panel] = made.panels.filter(({ title }) => title === 'contributions') as [Panel]
    const known = rowsOf(db, panel, chosen).filter((row) => row['contributions.sum'] !== null)
    const asked = JSON.parse((await shell('tidemark query activity --measure contributions.sum --tenant kysely --entity c2 --from 2024-01-01 --to 2026-02-01 --grain month --json', { cwd })).stdout) as { rows: { period: string; 'contributions.sum': number }[] }
    expect(known.map((row) => [String(row['time']).slice(0, 10), row['contributions.sum']])).toEqual(asked.rows.filter((row) => row['contributions.sum'] > 0).map((row) => [row.period, row['contributions.sum']]))
    expect(known).toHaveLength(2)
    const every = made.panels.find(({ type }) => type === 'table') as Panel
    expect(rowsOf(db, every, chosen).map(({ entity }) => entity)).toEqual(['c1', 'c2'])
    db.close()
  })

  test('faults name the flag', async () => {
    const cwd = project()
    const fault = async (...words: string[]) => errorOf(await tidemark(['grafana', 'export', ...words, '--json'], { cwd }))
    expect(await fault('--source', 'infinity')).toMatchObject({ code: 'ARGUMENT_MISSING', where: '--url' })
    for (const url of ['history', 'ftp://x', 'https://ann:secret@example.org', 'https://example.org/?token=1']) expect(await fault('--source', 'infinity', '--url', url)).toMatchObject({ code: 'OPTION_INVALID', where: '--url' })
    expect(await fault('--source', 'excel')).toMatchObject({ code: 'OPTION_INVALID' })
    writeFileSync(join(cwd, 'taken'), '')
    expect(await fault('--out', 'taken')).toMatchObject({ code: 'FOLDER_UNWRITABLE' })
  })
})
