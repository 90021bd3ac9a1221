import { TidemarkError } from '../errors.ts'
import type { PeriodGrain } from '../calendar/period.ts'
import type { ForecastRequest, SeriesForecast } from '../forecast/series-forecast.ts'
import { missingText } from './answer-table.ts'
import { type CommandSpec, type OptionValues, textOf } from './command-spec.ts'
import { withGate } from './history.ts'
import { inFlags } from './selection.ts'
import { grouped, table } from './table.ts'

const DEFAULT_HORIZON = '14'

export const forecast: CommandSpec = {
  arguments: [{ name: '<series>', text: 'the series' }],
  options: [
    { flags: '--measure <key>', text: 'the answer to forecast: contributions.sum' },
    { flags: '--tenant <name>', text: 'its tenant' },
    { flags: '--entity <id>', text: 'its entity' },
    { flags: '--grain <grain>', text: 'day, week, month, quarter, year (default: day)' },
    { flags: '--horizon <periods>', text: `periods to forecast, 1 to 400 (default: ${DEFAULT_HORIZON})` },
    { flags: '--from <day>', text: 'first local day of the history (default: 400 periods back)' },
    { flags: '--to <day>', text: 'the day after its last' },
    { flags: '--season <periods>', text: 'periods that a season has, or none (default: 7 days, 12 months, 4 quarters)' },
    { flags: '--at-least <bound>', text: 'when it will have risen to this' },
    { flags: '--at-most <bound>', text: 'when it will have fallen to this' },
  ],
  examples: ['tidemark forecast activity --measure contributions.sum --tenant kysely --entity c2 --horizon 7', 'tidemark forecast activity --measure contributions.sum --tenant kysely --entity c2 --at-least 5 --json'],
  details: 'The straight line is what the damped trend and the seasonal method must beat on the history itself; what each missed by is shown. Fewer than 8 values give a reason and no number.',
  run: async (invocation, [name], options) => {
    const project = await invocation.project()
    const series = project.declared.seriesNamed(name as string)
    const made = await withGate(invocation, 'read', ({ gate }) => inFlags(gate.forecast(series.name, requestOf(options))), { project })
    return { document: made, text: forecastText(made) }
  },
}

function requestOf(options: OptionValues): ForecastRequest {
  const needed = (name: string, flag: string): string => {
    const value = textOf(options, name)
    if (value !== undefined) return value
    throw new TidemarkError('ARGUMENT_MISSING', `a forecast needs ${flag}`, { where: flag, hint: `Give ${flag}.` })
  }
  const given = (name: string, key: string): object => { const value = textOf(options, name); return value === undefined ? {} : { [key]: value } }
  const [atLeast, atMost] = [textOf(options, 'atLeast'), textOf(options, 'atMost')]
  if (atLeast !== undefined && atMost !== undefined) throw new TidemarkError('OPTION_INVALID', 'a threshold is one bound', { where: '--at-most', hint: 'Give --at-least or --at-most.' })
  const season = textOf(options, 'season')
  return {
    select: needed('measure', '--measure'), tenant: needed('tenant', '--tenant'), entity: needed('entity', '--entity'),
    horizon: periodsOf(textOf(options, 'horizon') ?? String(DEFAULT_HORIZON), '--horizon'), ...given('from', 'from'), ...given('to', 'to'),
    ...given('grain', 'grain') as { grain?: PeriodGrain },
    ...(season === undefined ? {} : { season: season === 'none' ? null : periodsOf(season, '--season') }),
    ...(atLeast === undefined ? {} : { threshold: { atLeast } }), ...(atMost === undefined ? {} : { threshold: { atMost } }),
  }
}

/** Throws OPTION_INVALID. */
function periodsOf(text: string, flag: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new TidemarkError('OPTION_INVALID', `${flag} is a number of periods, not ${JSON.stringify(text)}`, { where: flag })
}

function forecastText(made: SeriesForecast): string {
  const { reason, points, gaps, history, method, form, methods, steps, threshold, pastError, select } = made
  const from = history === null ? 'no value' : `${grouped(points)} values of ${select} from ${history.from} to ${history.to}, ${grouped(gaps)} gaps${missing(history.coverage)}`
  if (reason !== null) return `${reason}: ${from}; a forecast needs 8`
  const right = (title: string) => ({ title, align: 'right' as const })
  const errors = methods.map((one) => [one.method, one.mae ?? '–', one.mase ?? '–', one.reason ?? (one.method === method ? `chosen: ${form}` : '')])
  return [
    from, '',
    table([{ title: 'method', align: 'left' }, right('missed by'), right('scaled'), { title: '', align: 'left' }], errors),
    ...(pastError === null ? [] : [`${grouped(pastError.forecasts)} forecasts from ${grouped(pastError.origins)} origins missed by ${pastError.mae}; ${pastError.within80 ?? '–'} of 80 % intervals held, ${pastError.within95 ?? '–'} of 95 %`]),
    ...(threshold === null ? [] : [`${threshold.state}${threshold.period === null ? '' : ` on ${threshold.period}`} (80 %: ${threshold.earliest ?? '–'} to ${threshold.latest ?? '–'})`]),
    '',
    table([{ title: 'period', align: 'left' }, right('forecast'), right('80 % from'), right('to'), right('95 % from'), right('to')],
      steps.map(({ period, value, low80, high80, low95, high95 }) => [period ?? '–', ...[value, low80, high80, low95, high95].map((one) => one ?? '–')])),
  ].join('\n')
}

function missing(coverage: NonNullable<SeriesForecast['history']>['coverage']): string {
  const text = missingText(coverage)
  return text === '' ? '' : ` (${text})`
}
