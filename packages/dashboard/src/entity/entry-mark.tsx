import type { ReactNode } from 'react'
import type { TimelineEntry } from './timeline-entry.ts'

const DRAWN: Readonly<Record<TimelineEntry['kind'], ReactNode>> = {
  captured: <><circle cx="12" cy="12" r="8" /><circle cx="12" cy="12" r="2.500" fill="currentColor" /></>,
  rolled_up: <path d="M4 6h16M7 12h10M10 18h4" />,
  failed: <path d="M12 4 3 19h18zM12 10v4M12 16.500v.5" />,
  restated: <path d="m4 20 1-5L16 4l4 4L9 19zM14 6l4 4" />,
  frequency: <><circle cx="12" cy="12" r="8" /><path d="M12 7v5l4 2" /></>,
  adjusted: <path d="M12 4v10M7 9h10M7 19h10" />,
  checkpoint: <path d="M6 21V4h12l-3 4 3 4H6" />,
}

/** What kind of thing happened, by its form; the words stand beside it. */
export function EntryMark({ kind }: { readonly kind: TimelineEntry['kind'] }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">{DRAWN[kind] ?? DRAWN.captured}</svg>
  )
}
