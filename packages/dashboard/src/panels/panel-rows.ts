import type { Level, Panel, Unit } from '../../../tidemark/src/panels/panel.ts'
import { rawText, shownUnit, wordsOf } from '../format/amount.ts'
import { compareDecimals, isDecimal } from '../format/decimal.ts'
import { namesIn } from '../format/entity.ts'
import { levelOf } from './level.ts'
import { at, rowsAt } from './path.ts'

/** What a panel shows, as a table: for readers, for the CSV, and for the sentence that describes it. */
export interface PanelRows {
  readonly columns: readonly PanelColumn[]
  readonly rows: readonly (readonly unknown[])[]
  /** Of the entities in its columns, those that have one; left out: not told with the rows. */
  readonly names?: ReadonlyMap<string, string>
  /** By row, the level that each of its cells has reached; left out: no column has levels. */
  readonly levels?: ReadonlyMap<readonly unknown[], readonly (Level | null)[]>
}

export interface PanelColumn {
  readonly title: string
  readonly unit: Unit | null
  /** A name or a period begins a row; a value is right-aligned. */
  readonly holds: 'name' | 'period' | 'value' | 'entity' | 'link'
}

const value = (title: string, unit: Unit | null): PanelColumn => ({ title, unit, holds: 'value' })
const name = (title: string): PanelColumn => ({ title, unit: null, holds: 'name' })

export function panelRows(panel: Panel, document: unknown): PanelRows {
  switch (panel.draw) {
    case 'cards': {
      const rows = rowsAt(document, panel.rows)
      return {
        columns: [name('Number'), value('Value', null), value('Before', null), value('Change', null), value('Change, share', 'share')],
        rows: panel.cards.map((card) => {
          const row = rows.find((one) => at(one, 'name') === card.name)
          return [shownUnit(card.unit) === null ? card.title : `${card.title} (${card.unit})`, ...['value', 'previous', 'change', 'changeShare'].map((key) => at(row, key) ?? null)]
        }),
      }
    }
    case 'gauges': return {
      columns: [name('Gauge'), value('Current', null), value('Target', null), value('Used', 'share')],
      rows: rowsAt(document, panel.rows).map((row) => [panel.titles[String(at(row, 'name'))] ?? wordsOf(String(at(row, 'name'))), at(row, 'current'), at(row, 'target'), at(row, 'utilization')]),
    }
    case 'chart': {
      const columns = panel.traces.flatMap((trace): readonly { readonly column: PanelColumn; readonly values: ReadonlyMap<string, unknown> }[] => {
        const unit = (trace.axis === 'left' ? panel.left : panel.right ?? panel.left).unit
        const of = (title: string, path: string) => ({
          column: value(title, unit), values: new Map(rowsAt(document, trace.rows).map((row) => [String(at(row, trace.x)), at(row, path)])),
        })
        return trace.low === undefined ? [of(trace.title, trace.y)] : [of(`${trace.title}, from`, trace.low), of(`${trace.title}, to`, trace.y)]
      })
      return {
        columns: [{ title: 'Period', unit: null, holds: 'period' }, ...columns.map(({ column }) => column)],
        rows: xsOf(panel, document).map((x) => [x, ...columns.map(({ values }) => values.get(x) ?? null)]),
      }
    }
    case 'heat': {
      const cells = new Map(rowsAt(document, panel.rows).map((row) => [`${String(at(row, panel.y.path))}\n${String(at(row, panel.x.path))}`, at(row, panel.value.path)]))
      return {
        columns: [name(panel.y.title), ...panel.x.words.map((word) => value(word, panel.value.unit))],
        rows: panel.y.words.map((y) => [y, ...panel.x.words.map((x) => cells.get(`${y}\n${x}`) ?? null)]),
      }
    }
    case 'radar': return {
      columns: [name('Axis'), value('Now', null), value('Before', null)],
      rows: rowsAt(document, panel.rows).map((row) => [wordsOf(String(at(row, panel.axis))), at(row, panel.value), at(row, panel.before)]),
    }
    case 'links': return {
      columns: [value(panel.score.title, null), name('Text'), ...panel.facts.map(({ title }) => name(title)), { title: 'Source', unit: null, holds: 'link' }],
      rows: rowsAt(document, panel.rows).map((row) => [at(row, panel.score.path), at(row, panel.text), ...panel.facts.map(({ path }) => at(row, path)), at(row, panel.url)]),
    }
    case 'table': {
      const rows = rowsAt(document, panel.rows)
      const told = rows.map((row) => ({
        cells: panel.columns.map(({ path }) => at(row, path) ?? null),
        levels: panel.columns.map(({ path, levels, level }) => (levels === undefined ? null : levelOf(at(row, path), levels, level === undefined ? null : at(row, level)))),
      }))
      return {
        columns: panel.columns.map(({ title, path, unit, entity, levels }) => ({
          title, unit, holds: entity === true ? 'entity' : unit !== null || levels !== undefined || isNumeric(rows, path) ? 'value' : 'name',
        })),
        rows: told.map(({ cells }) => cells),
        ...(panel.columns.some(({ levels }) => levels !== undefined) ? { levels: new Map(told.map(({ cells, levels }) => [cells, levels])) } : {}),
        ...namesOf(document),
      }
    }
  }
}

/** Rows of entities come with `names` beside them: the answers to questions do. */
function namesOf(document: unknown): Pick<PanelRows, 'names'> {
  const names = at(document, 'names')
  const told = Array.isArray(names) && names.every((one) => typeof at(one, 'entity') === 'string' && typeof at(one, 'name') === 'string')
  return told ? { names: namesIn(names as { readonly entity: string; readonly name: string }[]) } : {}
}

function isNumeric(rows: readonly unknown[], path: string): boolean {
  const known = rows.map((row) => at(row, path)).filter((one) => one !== null && one !== undefined)
  return known.every((one) => typeof one === 'number' || (typeof one === 'string' && isDecimal(one)))
}

/** Every period that a trace has, in order: a period that one of them lacks is a gap in it. */
export function xsOf({ traces }: Extract<Panel, { draw: 'chart' }>, document: unknown): readonly string[] {
  const xs = [...new Set(traces.flatMap((trace) => rowsAt(document, trace.rows).map((row) => String(at(row, trace.x)))))]
  // Names, of weekdays for one, stay in the order that they come in.
  return xs.every((x) => /^\d{4}-\d{2}/.test(x)) ? xs.sort() : xs
}

/** Whether there is anything to show: a panel whose values are all missing is empty. */
export function isEmpty({ columns, rows }: PanelRows): boolean {
  return rows.every((row) => row.every((cell, place) => columns[place]?.holds === 'name' || columns[place]?.holds === 'period' || cell === null || cell === undefined))
    && !(rows.length > 0 && columns.every(({ holds }) => holds === 'name'))
}

/** Order of two cells: numbers exactly, texts by their letters, missing ones last. */
export function compareCells(a: unknown, b: unknown): number {
  const [one, other] = [rawText(a), rawText(b)]
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
  return isDecimal(one) && isDecimal(other) ? compareDecimals(one, other) : one.localeCompare(other)
}
