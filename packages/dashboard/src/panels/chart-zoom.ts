/** Which part of a chart is shown: its first and last place. */
export type Zoom = readonly [number, number]

/** A panel's own entry of a list of the address, without its name. */
export function ownEntries(entries: readonly string[] | undefined, panel: string): readonly string[] {
  return (entries ?? []).filter((entry) => entry.startsWith(`${panel}:`)).map((entry) => entry.slice(panel.length + 1))
}

/** The list with other entries of a panel; undefined where nothing is left. */
export function withEntries(entries: readonly string[] | undefined, panel: string, own: readonly string[]): readonly string[] | undefined {
  const all = [...(entries ?? []).filter((entry) => !entry.startsWith(`${panel}:`)), ...own.map((entry) => `${panel}:${entry}`)]
  return all.length === 0 ? undefined : all
}

/** `FROM~TO` by the periods of a chart; null where they are not its own. */
export function zoomOf(entry: string | undefined, xs: readonly string[]): Zoom | null {
  const [from, to] = (entry ?? '').split('~')
  const places = [xs.indexOf(from ?? ''), xs.indexOf(to ?? '')] as const
  return places[0] < 0 || places[1] <= places[0] || (places[0] === 0 && places[1] === xs.length - 1) ? null : places
}

export function zoomText([from, to]: Zoom, xs: readonly string[]): string | null {
  return from <= 0 && to >= xs.length - 1 ? null : `${xs[Math.max(0, from)]}~${xs[Math.min(xs.length - 1, to)]}`
}

const LEAST_SHOWN = 4

/** Where a step leads: half of what is shown, twice as much, or as much earlier or later. */
export function stepped(step: 'in' | 'out' | 'earlier' | 'later', [from, to]: Zoom, count: number): Zoom {
  const width = to - from
  const held = (first: number, wide: number): Zoom => {
    const start = Math.min(Math.max(0, first), Math.max(0, count - 1 - wide))
    return [start, Math.min(count - 1, start + wide)]
  }
  switch (step) {
    case 'in': return held(from + Math.round(width / 4), Math.max(LEAST_SHOWN - 1, Math.floor(width / 2)))
    case 'out': return held(from - Math.round(width / 2), Math.min(count - 1, width * 2))
    case 'earlier': return held(from - Math.max(1, Math.round(width / 2)), width)
    case 'later': return held(from + Math.max(1, Math.round(width / 2)), width)
  }
}

export function canStep(count: number): boolean {
  return count > LEAST_SHOWN * 2
}
