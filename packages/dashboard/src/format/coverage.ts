import type { components } from 'tidemark/client'
import { groupDecimal } from './decimal.ts'

export type Coverage = components['schemas']['Coverage']

/** Of a count of windows, why they are not there. */
const REASONS: Readonly<Record<string, string>> = {
  before_enrolment: 'before enrolment', entity_ended: 'after the end', source_failed: 'where the source failed', open: 'still open', not_captured: 'not captured',
  finer_detail_retired: 'whose finer detail has retired', archive_damaged: 'in a damaged archive file', erased: 'erased', not_measured_yet: 'before it was measured', frequency_changed: 'of another frequency',
}

/** What is missing for a cause that somebody should look at; the others are as they should be. */
const FAULTS: ReadonlySet<string> = new Set(['source_failed', 'not_captured', 'archive_damaged'])

export type Completeness = 'whole' | 'partial' | 'faulty' | 'none'

/** How complete an answer is. A window that is still open or lies behind the end is nobody's fault. */
export function completeness({ expected, present, reasons }: Coverage): Completeness {
  if (present === 0) return 'none'
  if (present >= expected) return 'whole'
  return Object.entries(reasons).some(([reason, count]) => count > 0 && FAULTS.has(reason)) ? 'faulty' : 'partial'
}

/** `868 of 953 windows; 56 after the end, 29 still open`. */
export function coverageText({ expected, present, reasons }: Coverage): string {
  if (expected === 0) return 'No window was expected'
  const count = (value: number): string => groupDecimal(String(value))
  const why = Object.entries(reasons).filter(([, windows]) => windows > 0).sort(([, a], [, b]) => b - a)
    .map(([reason, windows]) => `${count(windows)} ${REASONS[reason] ?? reason.replaceAll('_', ' ')}`)
  const windows = expected === 1 ? 'window' : 'windows'
  const head = present < expected ? `${count(present)} of ${count(expected)} ${windows}` : expected === 1 ? 'The one window' : `All ${count(expected)} windows`
  return why.length === 0 ? head : `${head}; ${why.join(', ')}`
}

/** The windows of several rows together. */
export function sumCoverage(parts: readonly (Coverage | null | undefined)[]): Coverage | null {
  const known = parts.filter((part): part is Coverage => part !== null && part !== undefined)
  if (known.length === 0) return null
  const reasons: Record<string, number> = {}
  for (const part of known) for (const [reason, windows] of Object.entries(part.reasons)) reasons[reason] = (reasons[reason] ?? 0) + windows
  return { expected: known.reduce((sum, { expected }) => sum + expected, 0), present: known.reduce((sum, { present }) => sum + present, 0), reasons }
}
