import type { Schemas } from '../api/client.ts'
import type { AlertState } from '../api/hooks.ts'
import { amountText, wordsOf } from '../format/amount.ts'
import { compareDecimals, isDecimal, overDecimal } from '../format/decimal.ts'
import { answerUnit } from '../generic/answer-unit.ts'
import type { AlertsShown } from '../search/alerts-search.ts'

/** As the server tells it. */
export type Alert = Schemas['Alert']

export type Declarations = Pick<Schemas['Declarations'], 'series' | 'alerts'>

/** The states that are asked for. */
export function statesShown(shown: AlertsShown): readonly AlertState[] {
  switch (shown) {
    case 'unresolved': return ['open', 'acknowledged']
    case 'all': return ['open', 'acknowledged', 'resolved']
    default: return [shown]
  }
}

const SIDES: Readonly<Record<string, string>> = { atLeast: 'at least', atMost: 'at most', below: 'below' }
const FULL_DIGITS = 6

/** What an alert says, as people read it. */
export interface ToldAlert {
  readonly alert: Alert
  readonly title: string
  readonly measure: string
  readonly value: string
  /** `at least 80 %`; null of a rule that is no longer declared. */
  readonly threshold: string | null
  /** By which the fullest come first: a share itself, any other value by its bound; null where neither is known. */
  readonly fullness: string | null
}

export function toldAlert(alert: Alert, { series, alerts }: Declarations): ToldAlert {
  const rule = alerts.find(({ name }) => name === alert.rule)
  const unit = rule === undefined ? null : answerUnit(series.find(({ name }) => name === rule.series), rule.measure)
  const measure = rule === undefined ? wordsOf(alert.rule) : wordsOf(rule.measure.split('.')[0] ?? rule.measure)
  return {
    alert, measure, title: wordsOf(alert.rule), value: amountText(alert.value, unit),
    threshold: rule === undefined ? alert.bound : `${SIDES[rule.side] ?? rule.side} ${amountText(rule.bound, unit)}`,
    fullness: fullnessOf(alert.value, rule, unit === 'share'),
  }
}

function fullnessOf(value: string, rule: Pick<Schemas['AlertRule'], 'side' | 'bound'> | undefined, share: boolean): string | null {
  if (rule === undefined || !isDecimal(value)) return null
  if (rule.side !== 'atLeast') return overDecimal(rule.bound, value, FULL_DIGITS)
  return share ? value : overDecimal(value, rule.bound, FULL_DIGITS)
}

/** The fullest first; of the same, the one that is open longest. */
export function fullestFirst(alerts: readonly ToldAlert[]): readonly ToldAlert[] {
  return alerts.toSorted((a, b) => {
    if (a.fullness === null || b.fullness === null) return a.fullness === b.fullness ? a.alert.id - b.alert.id : a.fullness === null ? 1 : -1
    return compareDecimals(b.fullness, a.fullness) || a.alert.id - b.alert.id
  })
}

/** `3 open, 1 acknowledged`. */
export function countsText(alerts: readonly Pick<Alert, 'state' | 'silencedUntil'>[]): string {
  const of = (state: AlertState): number => alerts.filter((alert) => alert.state === state).length
  const parts = (['open', 'acknowledged', 'resolved'] as const).map((state) => ({ state, count: of(state) })).filter(({ count }) => count > 0).map(({ state, count }) => `${count} ${state}`)
  const silenced = alerts.filter(({ state, silencedUntil }) => state !== 'resolved' && silencedUntil !== null).length
  return [...parts, ...(silenced === 0 ? [] : [`${silenced} silenced`])].join(', ')
}
