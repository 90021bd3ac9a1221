/** How far a page of options goes. */
const PAGE = 8

/** What a key does in a combobox: opens or closes its list, takes what is active, or makes the option at a place active; null: what keys do in any field. */
export function moved({ key, altKey, ctrlKey, metaKey }: { readonly key: string; readonly altKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean }, { open, active, count }: { readonly open: boolean; readonly active: number; readonly count: number }): 'open' | 'close' | 'take' | number | null {
  if (ctrlKey || metaKey) return null
  if (!open) return key === 'ArrowDown' || key === 'ArrowUp' ? 'open' : null
  switch (key) {
    case 'Escape': return 'close'
    case 'Enter': return 'take'
    case 'ArrowDown': return count === 0 ? 0 : (active + 1) % count
    case 'ArrowUp': return altKey ? 'close' : count === 0 ? 0 : (active + count - 1) % count
    case 'PageDown': return Math.max(0, Math.min(count - 1, active + PAGE))
    case 'PageUp': return Math.max(0, active - PAGE)
    default: return null
  }
}
