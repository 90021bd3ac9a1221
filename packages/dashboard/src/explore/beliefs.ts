import type { Schemas } from '../api/client.ts'
import { rawText } from '../format/amount.ts'
import { compareDecimals, isDecimal } from '../format/decimal.ts'

type Row = Schemas['QueryRow']

/** How what was believed stands to what is believed. */
export type Difference = 'same' | 'changed' | 'new' | 'gone'

export const DIFFERENCE_WORDS: Readonly<Record<Exclude<Difference, 'same'>, string>> = { changed: 'changed', new: 'known since', gone: 'no longer known' }

/** A row as it is believed now, with the one that was believed then. */
export interface BelievedRow {
  readonly now: Row | undefined
  readonly before: Row | undefined
}

function rowKey({ entity, group, period }: Pick<Row, 'entity' | 'group' | 'period'>): string {
  return JSON.stringify([entity, group, period])
}

/** Rows of both beliefs in the order of now's; those that only then had come last. */
export function besideEachOther(now: readonly Row[], then: readonly Row[] | undefined): readonly BelievedRow[] {
  const earlier = new Map((then ?? []).map((row) => [rowKey(row), row]))
  const known = new Set(now.map(rowKey))
  return [...now.map((row) => ({ now: row, before: earlier.get(rowKey(row)) })), ...[...earlier].filter(([key]) => !known.has(key)).map(([, row]) => ({ now: undefined, before: row }))]
}

export function differenceOf(then: unknown, now: unknown): Difference {
  const [before, after] = [rawText(then), rawText(now)]
  if (before === null) return after === null ? 'same' : 'new'
  if (after === null) return 'gone'
  return (isDecimal(before) && isDecimal(after) ? compareDecimals(before, after) === 0 : before === after) ? 'same' : 'changed'
}

/** `3 of 24 values changed, 5 known since`: what the two beliefs differ in. */
export function differencesText(rows: readonly BelievedRow[], keys: readonly string[]): string {
  const all = rows.flatMap(({ now, before }) => keys.map((key) => differenceOf(before?.[key] ?? null, now?.[key] ?? null)))
  const parts = (['changed', 'new', 'gone'] as const).flatMap((kind) => {
    const count = all.filter((one) => one === kind).length
    return count === 0 ? [] : [`${count} ${DIFFERENCE_WORDS[kind]}`]
  })
  if (parts.length === 0) return all.length === 1 ? 'The value was believed then as it is now' : `All ${all.length} values were believed then as they are now`
  return `Of ${all.length} ${all.length === 1 ? 'value' : 'values'}, ${parts.join(', ')}`
}
