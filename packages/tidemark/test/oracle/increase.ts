import type { Sample } from './sample.ts'

/** What a counter grew by, by the start of the window, over all windows of one cell in the order of time. */
export function increasesOf(
  windows: readonly { readonly fromMs: number; readonly sample: Sample | undefined }[], resets: 'never' | 'detect',
): ReadonlyMap<number, bigint> {
  const increases = new Map<number, bigint>()
  let before: bigint | null = null
  for (const { fromMs, sample: value } of windows) {
    if (typeof value !== 'bigint') continue
    if (before !== null) increases.set(fromMs, resets === 'detect' && value < before ? value : value - before)
    before = value
  }
  return increases
}
