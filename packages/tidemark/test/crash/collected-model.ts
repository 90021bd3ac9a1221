import { DAY_MS, type Site, SITES, type Source, type Span } from './collected-world.ts'

/** A capture that decided how often its sites are captured, and perhaps got no further. */
export interface Capture {
  readonly at: number
  readonly wrote: boolean
}

/** A window that must have been captured. */
export interface ModelWindow extends Span {
  readonly day: number
}

/**
 * Which windows of a site captures must have brought in, ascending: the page's rules once more, for zones of one offset,
 * sources that answer for the past, and two statuses.
 */
export function capturedOf(source: Source, site: Site, captures: readonly Capture[]): readonly ModelWindow[] {
  const own = known.get(source) ?? new Map<string, readonly ModelWindow[]>()
  known.set(source, own)
  const key = `${site.name} ${captures.map(({ at, wrote }) => `${at}${wrote ? '' : '-'}`).join(' ')}`
  let windows = own.get(key)
  if (windows === undefined) {
    windows = tell(source, site, captures)
    own.set(key, windows)
  }
  return windows
}

/** The same is asked after each of thousands of crashes. */
const known = new WeakMap<Source, Map<string, readonly ModelWindow[]>>()

function tell(source: Source, site: Site, captures: readonly Capture[]): readonly ModelWindow[] {
  const dayOf = (instant: number): number => Math.floor((instant + site.offsetHours * 3_600_000) / DAY_MS)
  const startOf = (day: number): number => day * DAY_MS - site.offsetHours * 3_600_000
  const decisions: { day: number; pieces: number }[] = []
  const found = new Map<number, ModelWindow>()
  let heard = false
  for (const { at: now, wrote } of captures) {
    const today = dayOf(now)
    const listed = source.listed(now).includes(site)
    heard ||= listed
    if (heard && (decisions.length > 0 || listed) && decisions.at(-1)?.day !== today) {
      decisions.push({ day: today, pieces: !listed ? 0 : source.statusOf(site, now) === 'busy' ? 4 : 1 })
    }
    if (!wrote) continue
    for (const [place, { day: first, pieces }] of decisions.entries()) {
      const end = Math.min(decisions[place + 1]?.day ?? Infinity, today + 1)
      for (let day = first; day < end; day++) {
        for (let piece = 0; piece < pieces; piece++) {
          const span = { from: startOf(day) + (piece * DAY_MS) / pieces, to: startOf(day) + ((piece + 1) * DAY_MS) / pieces, day }
          if (span.to > now || found.has(span.from) || source.breaks(span, now) || source.ask(site, span, now) === null) continue
          found.set(span.from, span)
        }
      }
    }
  }
  return [...found.values()].sort((a, b) => a.from - b.from)
}

/** The sites that captures have heard of. */
export function heardOf(source: Source, captures: readonly Capture[]): readonly Site[] {
  return SITES.filter((site) => captures.some(({ at }) => source.listed(at).includes(site)))
}

/** What a row must say of the windows in it. */
export interface ModelRow {
  readonly facts: number
  readonly states: Readonly<Record<string, number | null>>
  readonly payload: string
}

/** @param before the window before the first of these; null: there is none */
export function rowOf(source: Source, site: Site, windows: readonly ModelWindow[], before: ModelWindow | null, corrected: boolean): ModelRow {
  const said = windows.map((span) => ({ seconds: (span.to - span.from) / 1000, ...source.said(site, span, corrected) }))
  const levels = said.map(({ level }) => level)
  const [first, last] = [said[0], said.at(-1)] as [(typeof said)[number], (typeof said)[number]]
  const baseline = before === null ? first.total : source.said(site, before, corrected).total
  return {
    facts: windows.length,
    states: {
      level_first: first.level, level_last: last.level, level_min: Math.min(...levels), level_max: Math.max(...levels),
      level_weighted: said.reduce((sum, { level, seconds }) => sum + level * seconds, 0), level_seconds: said.reduce((sum, { seconds }) => sum + seconds, 0), level_n: windows.length,
      total_first: first.total, total_last: last.total, total_increase: before === null && windows.length === 1 ? null : last.total - baseline, total_n: windows.length,
      payload_version: 1,
    },
    // Keys in the order of the canonical form.
    payload: JSON.stringify({ note: last.payload.note, of: last.payload.of, since: last.payload.since }),
  }
}
