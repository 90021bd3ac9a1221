/** What the page keeps in its address beside what all pages keep (`shared-search.ts`). */
// biome-ignore lint/complexity/noBannedTypes: it keeps nothing yet
export type CompareSearch = {}

export function compareSearch(_words: Record<string, unknown>): CompareSearch {
  return {}
}
