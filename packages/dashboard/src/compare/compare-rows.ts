import type { ChartPanel } from '../../../tidemark/src/panels/panel.ts'
import type { Schemas } from '../api/client.ts'
import { placeOf, wordsOf } from '../format/amount.ts'
import type { MainAnswer } from '../generic/main-answers.ts'
import type { PanelRows } from '../panels/panel-rows.ts'

type RankRow = Schemas['RankAnswer']['rows'][number]

/** One answer of one entity among its peers. */
export interface ComparedCell {
  readonly value: unknown
  readonly rank: string | null
  readonly peers: number
  /** How long its bar is, from 0 to 1, and whether it lies below zero. */
  readonly bar: { readonly length: number; readonly below: boolean } | null
}

export interface ComparedRow {
  readonly entity: string
  readonly cells: readonly (ComparedCell | null)[]
}

/** Entities with an answer a column, each ranked by itself. `ranked` stands in the places of the answers; one that is not there yet is null. */
export function comparedRows(ranked: readonly (readonly RankRow[] | null)[]): readonly ComparedRow[] {
  const entities = [...new Set(ranked.flatMap((rows) => (rows ?? []).map(({ entity }) => entity)))]
  const columns = ranked.map((rows) => {
    const most = Math.max(0, ...(rows ?? []).map(({ value }) => Math.abs(placeOf(value) ?? 0)))
    return new Map((rows ?? []).map(({ entity, value, rank, peers }): readonly [string, ComparedCell] => {
      const place = placeOf(value)
      return [entity, { value, rank, peers, bar: place === null ? null : { length: most === 0 ? 0 : Math.abs(place) / most, below: place < 0 } }]
    }))
  })
  return entities.map((entity) => ({ entity, cells: columns.map((column) => column.get(entity) ?? null) }))
}

/** The table as it is read and saved: of each answer its value and its rank. */
export function comparedTable(rows: readonly ComparedRow[], answers: readonly MainAnswer[], of: string, names: ReadonlyMap<string, string>): PanelRows {
  return {
    columns: [
      { title: wordsOf(of), unit: null, holds: 'entity' },
      ...answers.flatMap(({ title, unit }) => [{ title, unit, holds: 'value' as const }, { title: `${title}, percentile rank`, unit: 'share', holds: 'value' as const }]),
    ],
    names, rows: rows.map(({ entity, cells }) => [entity, ...cells.flatMap((cell) => [cell?.value ?? null, cell?.rank ?? null])]),
  }
}

/** What the CSV has, without the ranks: a column an answer, whose cells show value, bar and rank together. */
export function shownTable(rows: readonly ComparedRow[], answers: readonly MainAnswer[], of: string, names: ReadonlyMap<string, string>): PanelRows {
  return {
    columns: [
      { title: 'Line', unit: null, holds: 'name' }, { title: wordsOf(of), unit: null, holds: 'entity' },
      ...answers.map(({ title, unit }) => ({ title, unit, holds: 'value' as const })),
    ],
    names, rows: rows.map(({ entity, cells }) => [entity, entity, ...cells.map((cell) => cell?.value ?? null)]),
  }
}

/** The picked entities over each other, by one answer. */
export function overlay(rows: readonly Schemas['QueryRow'][], picked: readonly string[], { key, unit }: MainAnswer, label: (entity: string) => string): { readonly panel: ChartPanel; readonly document: unknown } {
  const cells = new Map<string, Record<string, unknown>>()
  for (const row of rows) {
    const index = picked.indexOf(row.entity ?? '')
    if (index >= 0) cells.set(row.period, { ...(cells.get(row.period) ?? { period: row.period }), [`line ${index}`]: row[key] ?? null })
  }
  return {
    panel: {
      draw: 'chart', left: { title: '', unit }, right: null, lines: [], marks: [], facts: [],
      traces: picked.map((entity, index) => ({ title: label(entity), rows: 'rows', x: 'period', y: `line ${index}`, as: 'line', axis: 'left' })),
    },
    document: { rows: [...cells.values()] },
  }
}
