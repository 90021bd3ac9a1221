import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Gate } from '../../src/access/gate.ts'
import type { Answer, AnswerWords, Panel } from '../../src/index.ts'
import { valueAt } from '../../src/panels/check-panel.ts'
import { GateReader } from '../../src/panels/gate-reader.ts'
import { ANSWERS } from '../../../../templates/campaigns/answers/all.ts'
import { wordsOf } from '../../../../templates/campaigns/answers/words.ts'
import type { Run } from './agreement-of-run.ts'
import { END } from './lived.ts'

/** What a panel takes of each row of a list, and what of the document. */
function drawnBy(panel: Panel): { readonly rows: readonly (readonly [string, readonly string[]])[]; readonly document: readonly string[] } {
  switch (panel.draw) {
    case 'cards': return { rows: [[panel.rows, ['name', 'value', 'previous', 'change', 'changeShare']]], document: [] }
    case 'gauges': return { rows: [[panel.rows, ['name', 'current', 'target', 'utilization']]], document: [] }
    case 'chart': return {
      rows: panel.traces.map(({ rows, x, y, low }) => [rows, low === undefined ? [x, y] : [x, y, low]] as const),
      document: [...panel.lines.flatMap(({ at }) => ('path' in at ? [at.path] : [])), ...panel.marks.map(({ path }) => path), ...panel.facts.map(({ path }) => path)],
    }
    case 'heat': return { rows: [[panel.rows, [panel.x.path, panel.y.path, panel.value.path]]], document: [] }
    case 'radar': return { rows: [[panel.rows, [panel.axis, panel.value, panel.before]]], document: [] }
    case 'links': return { rows: [[panel.rows, [panel.text, panel.url, panel.score.path, ...panel.facts.map(({ path }) => path)]]], document: [] }
    case 'table': return { rows: [[panel.rows, panel.columns.map(({ path }) => path)]], document: [] }
  }
}

/** Where rows tell the word of their level, and the words that the panel knows. */
function levelsOf(panel: Panel): readonly (readonly [path: string, words: readonly string[]])[] {
  const words = (levels: readonly { readonly word: string }[]): string[] => levels.map(({ word }) => word)
  if (panel.draw === 'gauges') return [['level', words(panel.levels)]]
  return panel.draw === 'table' ? panel.columns.flatMap(({ level, levels = [] }) => (level === undefined ? [] : [[level, words(levels)] as const])) : []
}

/** By the types of the sources, not of the package that the template imports. */
const DECLARED = ANSWERS as unknown as readonly Answer<AnswerWords>[]

/** The sixteen answers, asked through the gate, say what they say to the owner, and have what their panels draw. */
export function panelsFit(run: () => Run, folder: string): void {
  const words = (one: Answer<AnswerWords>): AnswerWords => {
    const app = new DatabaseSync(join(folder, 'app.db'), { readOnly: true })
    const { company, campaign } = wordsOf(app, END, {})
    app.close()
    const needs = (name: string): boolean => one.words.some(({ word, required }) => word === name && required)
    return { ...(needs('tenant') ? { tenant: company } : {}), ...(needs('entity') ? { entity: campaign } : {}) }
  }

  test('are sixteen, twelve of them on the page', () => {
    expect(DECLARED).toHaveLength(16)
    expect(DECLARED.filter(({ place }) => place !== null).map(({ name, place }) => [place?.row, place?.column, place?.width, name]).sort()).toEqual([
      [0, 0, 'whole', 'overview'], [1, 0, 'half', 'gauges'], [1, 1, 'half', 'alerts'], [2, 0, 'half', 'impact'], [2, 1, 'half', 'capacity'], [3, 0, 'half', 'budget'],
      [3, 1, 'half', 'forecast'], [4, 0, 'half', 'heat'], [4, 1, 'half', 'outcomes'], [5, 0, 'third', 'engagement'], [5, 1, 'third', 'comparison'], [5, 2, 'third', 'evidence'],
    ])
  })

  test('a viewer gets those that are totals of whole periods, and of too few campaigns no number', async () => {
    const { history } = run()
    const given: string[] = []
    for (const one of DECLARED) {
      const reader = new GateReader(new Gate(history, { name: 'a viewer', role: 'viewer', tenants: null }, { minimumPeople: 1_000 }), history.now)
      const whole = Object.fromEntries([['from', '2025-01-01'], ['to', '2026-01-01']].filter(([name]) => one.words.some(({ word }) => word === name)))
      const said = await one.ask(reader, { ...words(one), ...whole }).then((document) => JSON.stringify(document), (error: { code?: string }) => { if (error.code !== 'FORBIDDEN') throw error })
      if (said === undefined) continue
      given.push(one.name)
      expect(said.replaceAll(/\d{4}-\d{2}-\d{2}|"\d\.\d{4}"(?=[,}])/g, ''), one.name).not.toMatch(/"(?:value|current|volunteers|beneficiaries|sessions|hours|total)":(?!null|\{)/)
    }
    expect(given).toEqual(['years', 'quarters'])
  })

  test.each(DECLARED.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const { history } = run()
    const document = await one.ask(new GateReader(new Gate(history), history.now), words(one))
    expect(document).toEqual(await one.ask(history, words(one)))
    const text = JSON.parse(JSON.stringify(document)) as unknown
    const coverages = 'rows' in one.coverage ? (valueAt(text, one.coverage.rows) as object[]).map((row) => valueAt(row, one.coverage.path)) : [valueAt(text, one.coverage.path)]
    for (const coverage of coverages) expect(coverage).toMatchObject({ expected: expect.any(Number) as unknown, present: expect.any(Number) as unknown })
    if (one.panel === null) return
    const { rows, document: single } = drawnBy(one.panel)
    for (const path of single) expect(valueAt(text, path), path).not.toBeUndefined()
    for (const [place, paths] of rows) {
      const list = valueAt(text, place) as object[]
      expect(list.length, place).toBeGreaterThan(0)
      for (const path of paths) for (const row of list) expect(valueAt(row, path), `${place} ${path}`).not.toBeUndefined()
      // Judged by the parts: 79,996 of 100,000 prints 0.8000, and is drawn as what it is.
      for (const [path, known] of levelsOf(one.panel)) for (const row of list) expect([null, ...known], `${place} ${path}`).toContain(valueAt(row, path))
    }
  })
}
