import { DAY_MS, type EpochDay, type Instant } from './day.ts'
import type { OffsetSource, OffsetSpan } from './offsets.ts'

/** 2^25 seconds (388 days): what is computed at once. */
const PAGE_MS = 33_554_432_000

/** No wall clock is further from UTC than 16 hours (Manila's local mean time was −15:56), so none from another than this. */
const REACH_MS = 2 * DAY_MS

/** One page of time: parallel arrays, one place per span of constant offset. */
interface Page {
  readonly index: number
  readonly starts: readonly Instant[]
  readonly offsets: readonly number[]
  /** The latest date seen before the span: no day in it is earlier. */
  readonly floors: readonly EpochDay[]
  /** The days that a span's start in this page skips. */
  readonly missing: readonly EpochDay[]
}

/**
 * How the instants of one wall clock divide into local days.
 *
 * The day of an instant is the latest date that the clock has shown up to it, so a clock that is set back across
 * midnight does not go back to the day before. Offsets are looked up once per page and kept; what is asked of a page
 * after that is a few comparisons of integers.
 */
export class DayLine {
  readonly #source: OffsetSource
  readonly #skips: { readonly from: Instant; readonly to: Instant } | null
  readonly #pages = new Map<number, Page>()
  #last: Page

  /** @param skips where in time a change may skip a whole day; null when none does. Only there are they counted. */
  constructor(source: OffsetSource, skips: { readonly from: Instant; readonly to: Instant } | null) {
    this.#source = source
    this.#skips = skips
    this.#last = { index: Number.NaN, starts: [], offsets: [], floors: [], missing: [] }
  }

  /** The local day; it never goes back as the instant goes on. */
  dayOf(instant: Instant): EpochDay {
    const page = this.#page(Math.floor(instant / PAGE_MS))
    const span = spanAt(page, instant)
    const date = Math.floor((instant + (page.offsets[span] as number)) / DAY_MS)
    const floor = page.floors[span] as number
    return date < floor ? floor : date
  }

  /** What the wall clock is ahead of UTC, in milliseconds. */
  offsetMs(instant: Instant): number {
    const page = this.#page(Math.floor(instant / PAGE_MS))
    return page.offsets[spanAt(page, instant)] as number
  }

  /**
   * The first instant at which the clock shows at least this wall time: the first of two where it is shown twice, the
   * end of the gap where it is not shown.
   *
   * @param wallMs the wall time as milliseconds since 1970-01-01T00:00 on the same clock.
   */
  firstInstantAt(wallMs: number): Instant {
    let from = wallMs - DAY_MS
    for (;;) {
      const page = this.#page(Math.floor(from / PAGE_MS))
      const pageEnd = (page.index + 1) * PAGE_MS
      for (let span = spanAt(page, from); span < page.starts.length; span++) {
        const reached = Math.max(page.starts[span] as number, wallMs - (page.offsets[span] as number))
        if (reached < (page.starts[span + 1] ?? pageEnd)) return reached
      }
      from = pageEnd
    }
  }

  /** The first instant of the day, or of the next one that exists. */
  dayStart(day: EpochDay): Instant {
    return this.firstInstantAt(day * DAY_MS)
  }

  dayExists(day: EpochDay): boolean {
    return this.dayOf(this.dayStart(day)) === day
  }

  /** How many of the days in [from, to) no instant falls on. */
  countMissing(from: EpochDay, to: EpochDay): number {
    if (to <= from || this.#skips === null) return 0
    let count = 0
    const first = Math.floor(Math.max(from * DAY_MS - REACH_MS, this.#skips.from) / PAGE_MS)
    const last = Math.floor(Math.min(to * DAY_MS + REACH_MS, this.#skips.to) / PAGE_MS)
    for (let index = first; index <= last; index++) {
      for (const day of this.#page(index).missing) if (day >= from && day < to) count++
    }
    return count
  }

  /** The offsets in force in [from, to), as an `OffsetSource` gives them; no two neighbours are alike. */
  spans(from: Instant, to: Instant): OffsetSpan[] {
    const found: OffsetSpan[] = []
    for (let index = Math.floor(from / PAGE_MS); index * PAGE_MS < to; index++) {
      const page = this.#page(index)
      for (let span = found.length === 0 ? spanAt(page, from) : 0; span < page.starts.length; span++) {
        const start = page.starts[span] as number
        if (start >= to) break
        const offsetMs = page.offsets[span] as number
        if (found.at(-1)?.offsetMs !== offsetMs) found.push({ from: start, offsetMs })
      }
    }
    return found
  }

  #page(index: number): Page {
    if (this.#last.index === index) return this.#last
    let page = this.#pages.get(index)
    if (page === undefined) {
      page = readPage(this.#source, index)
      this.#pages.set(index, page)
    }
    this.#last = page
    return page
  }
}

/** The place of the span that an instant of the page lies in. */
function spanAt(page: Page, instant: Instant): number {
  let span = page.starts.length - 1
  while (span > 0 && instant < (page.starts[span] as number)) span--
  return span
}

/** Reads a page, beginning early enough to know the latest date that any instant before it can have shown. */
function readPage(source: OffsetSource, index: number): Page {
  if (!Number.isFinite(index)) throw new RangeError('an instant is a finite number of milliseconds')
  const pageStart = index * PAGE_MS
  const pageEnd = pageStart + PAGE_MS
  const spans = source(pageStart - REACH_MS, pageEnd)
  const starts: Instant[] = []
  const offsets: number[] = []
  const floors: EpochDay[] = []
  const missing: EpochDay[] = []
  let latest = -Infinity
  for (const [place, { from, offsetMs }] of spans.entries()) {
    const until = spans[place + 1]?.from ?? pageEnd
    if (from >= pageStart && latest !== -Infinity) {
      for (let day = latest + 1; day < Math.floor((from + offsetMs) / DAY_MS); day++) missing.push(day)
    }
    if (until > pageStart) {
      starts.push(Math.max(from, pageStart))
      offsets.push(offsetMs)
      floors.push(latest)
    }
    latest = Math.max(latest, Math.floor((until - 1 + offsetMs) / DAY_MS))
  }
  return { index, starts, offsets, floors, missing }
}
