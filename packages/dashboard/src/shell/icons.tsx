import type { ReactNode } from 'react'

interface IconProps {
  readonly className?: string | undefined
}

/** Drawn by hand: a dozen marks are no reason for a library. They stand beside words, so they say nothing themselves. */
function icon(drawing: ReactNode) {
  return function Icon({ className }: IconProps) {
    return (
      <svg className={className} width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
        {drawing}
      </svg>
    )
  }
}

export const Overview = icon(<><rect x="3" y="3" width="8" height="8" rx="1.5" /><rect x="13" y="3" width="8" height="5" rx="1.5" /><rect x="13" y="11" width="8" height="10" rx="1.5" /><rect x="3" y="14" width="8" height="7" rx="1.5" /></>)
export const Entity = icon(<><circle cx="12" cy="8" r="4" /><path d="M4 21c1-5 4-7 8-7s7 2 8 7" /></>)
export const Compare = icon(<path d="M6 20V10M12 20V4M18 20v-7M3 20h18" />)
export const Alerts = icon(<path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 22h4" />)
export const Explore = icon(<><circle cx="11" cy="11" r="7" /><path d="m16 16 5 5" /></>)
export const Health = icon(<path d="M3 12h4l3-8 4 16 3-8h4" />)
export const Sun = icon(<><circle cx="12" cy="12" r="4" /><path d="M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5" /></>)
export const Moon = icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.500 10.500Z" />)
export const Rows = icon(<><rect x="3" y="4" width="18" height="16" rx="2" /><path d="M3 10h18M3 15h18M9 4v16" /></>)
export const Save = icon(<path d="M12 3v12m0 0 4-4m-4 4-4-4M4 19h16" />)
export const ZoomIn = icon(<><circle cx="11" cy="11" r="7" /><path d="m16 16 5 5M8 11h6M11 8v6" /></>)
export const ZoomOut = icon(<><circle cx="11" cy="11" r="7" /><path d="m16 16 5 5M8 11h6" /></>)
export const Earlier = icon(<path d="m14 6-6 6 6 6" />)
export const Later = icon(<path d="m10 6 6 6-6 6" />)
export const GapMark = icon(<path d="M3 16c3-6 5-6 7-2M14 12c2 3 4 2 7-5M4 21h16" strokeDasharray="5 3" />)
export const FaultMark = icon(<path d="M12 3 2.500 20h19zM12 10v4M12 17v.5" />)
export const Key = icon(<><circle cx="8" cy="15" r="4" /><path d="m11 12 9-9M17 6l3 3" /></>)
export const Wave = icon(<path d="M2 9c4-4 6-4 10 0s6 4 10 0M2 17c4-4 6-4 10 0s6 4 10 0" strokeWidth="2.4" />)
