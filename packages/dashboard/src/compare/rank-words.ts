import { compareDecimals, groupDecimal, isDecimal, shiftDecimal } from '../format/decimal.ts'

/** Where a percentile rank (0 to 1, a decimal) lies among the peers: by a mark of its own form, and by words. */
export interface RankWords {
  readonly mark: string
  readonly word: string
}

const QUARTERS: readonly (readonly [string, RankWords])[] = [
  ['0.75', { mark: '▲', word: 'highest quarter' }], ['0.5', { mark: '△', word: 'upper half' }], ['0.25', { mark: '▽', word: 'lower half' }], ['0', { mark: '▼', word: 'lowest quarter' }],
]

export function rankWords(rank: string | null): RankWords | null {
  if (rank === null || !isDecimal(rank)) return null
  return QUARTERS.find(([from]) => compareDecimals(rank, from) >= 0)?.[1] ?? null
}

/** `83.33 %`: how much of its peers it leaves behind. */
export function rankText(rank: string): string {
  const percent = shiftDecimal(rank, 2)
  return `${groupDecimal(percent.replace(/\.?0+$/, (zeros) => (percent.includes('.') ? '' : zeros)))} %`
}
