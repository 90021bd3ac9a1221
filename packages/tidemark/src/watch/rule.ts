import type { AnswerKey, MeasuresOf, Series, SeriesDefinition } from '../definitions/series.ts'
import { checkName } from '../definitions/name.ts'
import { checkOptions } from '../definitions/options.ts'
import { TidemarkError } from '../errors.ts'
import { type AnswerRef, resolveAnswer } from '../measures/answers.ts'
import { compareDecimals, type Decimal, printDecimal, readDecimal } from '../measures/decimal.ts'

/** Which side of its bound a rule minds: `atLeast` and `atMost` include the bound, `below` does not. */
export const SIDES = ['atLeast', 'atMost', 'below'] as const
export type Side = (typeof SIDES)[number]

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What a quotient is made of: answers whose products are divided, the first by the second. */
export interface RuleParts {
  readonly above: readonly string[]
  readonly below: readonly string[]
}

/** The plain form of a rule: it watches one answer of every entity of a series. */
export interface AlertRule {
  readonly name: string
  readonly series: string
  /** `volunteers.value`. */
  readonly measure: string
  /** Of a ratio, and of the mean of an amount, what it is judged by, so that rounding decides nothing; null: the answer is exact by itself. */
  readonly parts: RuleParts | null
  readonly side: Side
  /** A decimal. */
  readonly bound: string
  /** An open alert is resolved by a value past it: below it for `atLeast`, above it for the others. */
  readonly clear: string
  /** What to do about it. */
  readonly action: string
  readonly severity: Severity
  readonly note: string | null
}

interface AlertOptions<S extends Series> {
  readonly of: S
  /** A number that each entity has: `seats.last`. */
  readonly measure: AnswerKey<MeasuresOf<S>>
  readonly action: string
  /** Default `warning`. */
  readonly severity?: Severity
  readonly note?: string
}

type Bound = string | number

/** One bound, as text or a whole number, and how far back a value must go; by default 5 % of the bound. */
type BoundOptions =
  | { readonly atLeast: Bound; readonly clearBelow?: Bound; readonly atMost?: never; readonly below?: never; readonly clearAbove?: never }
  | { readonly atMost: Bound; readonly clearAbove?: Bound; readonly atLeast?: never; readonly below?: never; readonly clearBelow?: never }
  | { readonly below: Bound; readonly clearAbove?: Bound; readonly atLeast?: never; readonly atMost?: never; readonly clearBelow?: never }

/**
 * Declares an alert on one answer of a series, for each entity: opened when the value reaches the bound, resolved only
 * when it has gone back past the clear bound, so that a value that flutters about the bound opens it once.
 *
 *     alert('capacity', { of: metrics, measure: 'volunteersUtilization.value', atLeast: '0.80', clearBelow: '0.78', action: 'Offer more seats' })
 *
 * Throws ALERT_INVALID, or the code of an answer that the series does not have.
 */
export function alert<const S extends Series>(name: string, options: AlertOptions<S> & BoundOptions): AlertRule {
  const where = `alert(${JSON.stringify(name)})`
  checkName('an alert', name, where)
  checkOptions(options, ['of', 'measure', 'action', 'severity', 'note', 'clearAbove', 'clearBelow', ...SIDES], where, 'ALERT_INVALID')
  const invalid = (message: string): never => { throw new TidemarkError('ALERT_INVALID', message, { where }) }
  const { definition } = options.of
  const measure = String(options.measure)
  const ref = resolveAnswer(definition, measure, false)
  if (NOT_NUMBERS.has(`${definition.measures[ref.measure]?.kind}.${ref.answer}`)) invalid(`${measure} is no number`)
  const given = SIDES.filter((side) => options[side] !== undefined)
  const side = given.length === 1 ? given[0] as Side : invalid(`it has ${given.length === 0 ? 'no bound' : given.join(' and ')}: give one of ${SIDES.join(', ')}`)
  const read = (what: string, value: unknown): Decimal => readDecimal(value) ?? invalid(`${what} is ${JSON.stringify(value)}, not a whole number or a decimal as text`)
  const bound = read(side, options[side])
  const [wrong, right] = side === 'atLeast' ? ['clearAbove', 'clearBelow'] as const : ['clearBelow', 'clearAbove'] as const
  if (options[wrong] !== undefined) invalid(`${side} is resolved by ${right}, not by ${wrong}`)
  const clear = options[right] === undefined ? offBy(bound, side) : read(right, options[right])
  const past = compareDecimals(clear, bound)
  if (side === 'atLeast' ? past > 0 : past < 0) invalid(`${right} ${printDecimal(clear)} lies on the wrong side of ${printDecimal(bound)}`)
  if (typeof options.action !== 'string' || options.action === '') invalid('it has no action: say what is to be done')
  const severity = options.severity ?? 'warning'
  if (!SEVERITIES.includes(severity)) invalid(`severity is ${SEVERITIES.join(', ')}, not ${JSON.stringify(severity)}`)
  return Object.freeze({
    name, series: definition.name, measure, parts: partsOf(definition, ref), side, bound: printDecimal(bound), clear: printDecimal(clear), action: options.action, severity, note: options.note ?? null,
  })
}

const NOT_NUMBERS: ReadonlySet<string> = new Set(['flag.any', 'flag.all', 'sampledFlag.any', 'sampledFlag.all', 'state.last'])

function partsOf({ measures }: SeriesDefinition, { measure, answer }: Pick<AnswerRef, 'measure' | 'answer'>): RuleParts | null {
  const definition = measures[measure]
  if (definition?.kind === 'delta' && answer === 'mean') return { above: [`${measure}.sum`], below: [`${measure}.n`] }
  return definition?.kind === 'ratio' ? dividedBy(measures, measure) : null
}

/** A ratio of ratios is one fraction of products. */
function dividedBy(measures: SeriesDefinition['measures'], measure: string): RuleParts {
  const definition = measures[measure]
  switch (definition?.kind) {
    case 'ratio': {
      const [over, under] = [dividedBy(measures, definition.numerator), dividedBy(measures, definition.denominator)]
      return { above: [...over.above, ...under.below], below: [...over.below, ...under.above] }
    }
    case 'gauge':
    case 'counter': return { above: [`${measure}.last`], below: [] }
    case 'flag':
    case 'sampledFlag': return { above: [`${measure}.count`], below: [] }
    default: return { above: [`${measure}.sum`], below: [] }
  }
}

/** 5 % of the bound's size off it. */
function offBy({ digits, scale }: Decimal, side: Side): Decimal {
  const size = (digits < 0n ? -digits : digits) * 5n
  return { digits: digits * 100n + (side === 'atLeast' ? -size : size), scale: scale + 2 }
}

/** The rules themselves. Throws ALERT_INVALID for rules that cannot stand side by side, or watch a series that is not declared. */
export function checkRules(rules: readonly AlertRule[], series: readonly string[]): readonly AlertRule[] {
  for (const [index, rule] of rules.entries()) {
    const where = `alert(${JSON.stringify(rule?.name)})`
    if (typeof rule?.bound !== 'string') throw new TidemarkError('ALERT_INVALID', `alerts[${index}] is not what alert(…) returns`, { where: `alerts[${index}]` })
    if (rules.findIndex(({ name }) => name === rule.name) !== index) throw new TidemarkError('ALERT_INVALID', `two alerts are named ${rule.name}`, { where })
    if (!series.includes(rule.series)) throw new TidemarkError('ALERT_INVALID', `it watches ${rule.series}, which is not among the declared series`, { where, hint: 'Add the series to the list of series.' })
  }
  return Object.freeze([...rules])
}

/** `at least 0.80`. */
export function boundText({ side, bound }: AlertRule): string {
  return `${{ atLeast: 'at least', atMost: 'at most', below: 'below' }[side]} ${bound}`
}
