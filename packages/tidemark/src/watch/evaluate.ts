import { compareDecimals, type Decimal, readDecimal } from '../measures/decimal.ts'
import type { AlertOpening, AlertResolution, StoredAlert } from '../stores/contract/alert.ts'
import type { AlertRule } from './rule.ts'

/** The latest that is known of one entity's watched answer. */
export interface Reading {
  readonly rule: string
  /** The kind of entity. */
  readonly kind: string
  readonly tenant: string
  readonly entity: string
  /** As it was answered; null: not known. */
  readonly value: string | number | boolean | null
  /** Of a rule that has parts, their values, above and below: what the answer is judged by. */
  readonly parts?: { readonly above: readonly (string | number)[]; readonly below: readonly (string | number)[] }
  /** The period that the value is of; null without a value. */
  readonly period: string | null
  /** Why there is no value: a reason of its coverage, or `null`. */
  readonly reason: string | null
}

/** What nothing can be said of: its alert, if it has one, stays as it is. */
export interface UnknownReading {
  readonly rule: string
  readonly tenant: string
  readonly entity: string
  readonly reason: string
}

/** What a check comes to. Nothing is changed by making it. */
export interface AlertPlan {
  readonly open: readonly AlertOpening[]
  readonly resolve: readonly AlertResolution[]
  /** Ids of alerts that stay open. */
  readonly keep: readonly number[]
  readonly unknown: readonly UnknownReading[]
}

/**
 * Decides what opens and what resolves. Values are compared exactly: a quotient by its parts, not as it is printed. Between the bound and the clear bound everything
 * stays as it is; a value that is missing changes nothing. Of an entity that has ended nothing is left to act on: its
 * alert resolves.
 *
 * @param unresolved the alerts that are open, acknowledged or not
 */
export function evaluate(rules: readonly AlertRule[], readings: readonly Reading[], unresolved: readonly StoredAlert[]): AlertPlan {
  const ruleOf = new Map(rules.map((rule) => [rule.name, rule]))
  const alertOf = new Map(unresolved.map((alert) => [keyOf(alert), alert]))
  const open: AlertOpening[] = []
  const resolve: AlertResolution[] = []
  const unknown: UnknownReading[] = []
  for (const { rule: name, kind, tenant, entity, value, parts, period, reason } of readings) {
    const rule = ruleOf.get(name)
    if (rule === undefined) continue
    const alert = alertOf.get(keyOf({ rule: name, tenant, entity }))
    if (reason === 'entity_ended') {
      if (alert !== undefined) resolve.push({ id: alert.id, value: null })
      continue
    }
    const read = quotientOf(value, parts)
    if (read === null || period === null) {
      unknown.push({ rule: name, tenant, entity, reason: reason ?? 'null' })
      continue
    }
    if (alert === undefined && reaches(rule, read)) open.push({ rule: name, kind, tenant, entity, value: String(value), period })
    if (alert !== undefined && isPast(rule, read)) resolve.push({ id: alert.id, value: String(value) })
  }
  const resolved = new Set(resolve.map(({ id }) => id))
  return { open, resolve, keep: unresolved.filter(({ id }) => !resolved.has(id)).map(({ id }) => id), unknown }
}

/** Of which a bound is compared with the first over the second; the second is not 0. */
interface Quotient {
  readonly above: Decimal
  readonly below: Decimal
}

const ONE: Decimal = { digits: 1n, scale: 0 }

/** null: there is no number. */
function quotientOf(value: Reading['value'], parts: Reading['parts']): Quotient | null {
  const read = readDecimal(value)
  if (read === null) return null
  const [above, below] = [product(parts?.above ?? []), product(parts?.below ?? [])]
  return parts === undefined || above === null || below === null || below.digits === 0n ? { above: read, below: ONE } : { above, below }
}

function product(values: readonly (string | number)[]): Decimal | null {
  return values.reduce<Decimal | null>((all, value) => {
    const read = readDecimal(value)
    return all === null || read === null ? null : { digits: all.digits * read.digits, scale: all.scale + read.scale }
  }, ONE)
}

/** Below 0, 0 or above it, as the quotient is less than, equal to or greater than the bound. */
function compareQuotient({ above, below }: Quotient, bound: string): number {
  const { digits, scale } = readDecimal(bound) as Decimal
  const order = compareDecimals(above, { digits: digits * below.digits, scale: scale + below.scale })
  return below.digits < 0n ? -order : order
}

function reaches({ side, bound }: AlertRule, value: Quotient): boolean {
  const order = compareQuotient(value, bound)
  return side === 'atLeast' ? order >= 0 : side === 'atMost' ? order <= 0 : order < 0
}

/** Past the clear bound. Where that is the bound itself, what does not reach it is past it. */
function isPast(rule: AlertRule, value: Quotient): boolean {
  if (compareDecimals(readDecimal(rule.clear) as Decimal, readDecimal(rule.bound) as Decimal) === 0) return !reaches(rule, value)
  const order = compareQuotient(value, rule.clear)
  return rule.side === 'atLeast' ? order < 0 : order > 0
}

function keyOf({ rule, tenant, entity }: { readonly rule: string; readonly tenant: string; readonly entity: string }): string {
  return JSON.stringify([rule, tenant, entity])
}
