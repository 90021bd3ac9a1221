import { oneOf, oneWord } from './search-text.ts'

const ALERTS_SHOWN = ['unresolved', 'open', 'acknowledged', 'resolved', 'all'] as const
export type AlertsShown = (typeof ALERTS_SHOWN)[number]

/** What the page keeps in its address beside what all pages keep (`shared-search.ts`). */
export interface AlertsSearch {
  /** Left out: what is not resolved. */
  readonly show?: AlertsShown
  readonly rule?: string
  /** Of all tenants, also where one is chosen. */
  readonly of?: 'all'
}

export function alertsSearch(words: Record<string, unknown>): AlertsSearch {
  const [show, rule, of] = [oneOf(words['show'], ALERTS_SHOWN), oneWord(words['rule']), oneOf(words['of'], ['all'])]
  return { ...(show === undefined || show === 'unresolved' ? {} : { show }), ...(rule === undefined ? {} : { rule }), ...(of === undefined ? {} : { of }) }
}
