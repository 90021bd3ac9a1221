import { useMemo } from 'react'
import { useNames } from '../api/hooks.ts'
import { rawText } from '../format/amount.ts'
import { usePlace } from '../search/use-place.ts'
import type { PanelRows } from './panel-rows.ts'

/** Rows with the names of their entities: those that they came with; else looked up, and there when they are. */
export function useNamedRows(rows: PanelRows): PanelRows
export function useNamedRows(rows: PanelRows | null): PanelRows | null
export function useNamedRows(rows: PanelRows | null): PanelRows | null {
  const { tenant, series: { name: series } = {} } = usePlace()
  const asked = useMemo(() => {
    const entities = rows === null || rows.names !== undefined ? [] : entitiesIn(rows)
    return series === undefined || tenant === undefined || entities.length === 0 ? null : entities.map((entity) => ({ series, tenant, entity }))
  }, [rows, series, tenant])
  const names = useNames(asked)
  return useMemo(() => {
    if (rows === null || asked === null || names === undefined) return rows
    return { ...rows, names: new Map(asked.flatMap(({ entity }, place): [string, string][] => (names[place] == null ? [] : [[entity, names[place]]]))) }
  }, [rows, asked, names])
}

function entitiesIn({ columns, rows }: PanelRows): readonly string[] {
  const places = columns.flatMap(({ holds }, place) => (holds === 'entity' ? [place] : []))
  return [...new Set(rows.flatMap((row) => places.flatMap((place) => rawText(row[place]) ?? [])))]
}
