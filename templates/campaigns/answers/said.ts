import { type Grain, TidemarkError } from 'tidemark'

/** What a call may say; all else is filled in. */
export interface Said {
  readonly company?: string | undefined
  /** Its name or its id. */
  readonly campaign?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly grain?: Grain
  readonly horizon?: number
  readonly most?: number
}

const one = { type: 'string' } as const
/** The options of a call, as `parseArgs` of Node takes them. */
export const OPTIONS = { company: one, campaign: one, from: one, to: one, grain: one, horizon: one, most: one, now: one } as const

const GRAINS: readonly Grain[] = ['captured', 'day', 'week', 'month', 'quarter', 'year', 'range']
const MOST_DAYS = 400
const MOST_ROWS = 1_000

/** Reads the words of a call. Throws a `TidemarkError` of exit code 2 for one that is wrong. */
export function readSaid(values: Readonly<Partial<Record<keyof typeof OPTIONS, string>>>): Said & { readonly now?: number } {
  const { company, campaign, from, to, grain, horizon, most, now } = values
  for (const [name, day] of [['--from', from], ['--to', to]] as const) {
    if (day !== undefined && !isDay(day)) throw new TidemarkError('DATE_INVALID', `${JSON.stringify(day)} is no day`, { where: name, hint: 'Write it as 2026-01-31.' })
  }
  if (from !== undefined && to !== undefined && from >= to) throw new TidemarkError('RANGE_INVALID', `the range from ${from} to ${to} holds no day`, { where: '--from' })
  if (grain !== undefined && !(GRAINS as readonly string[]).includes(grain)) {
    throw new TidemarkError('GRAIN_UNKNOWN', `there is no grain ${JSON.stringify(grain)}`, { where: '--grain', hint: `One of: ${GRAINS.join(', ')}.` })
  }
  return {
    company, campaign, from, to, ...(grain === undefined ? {} : { grain: grain as Grain }),
    ...(horizon === undefined ? {} : { horizon: count(horizon, '--horizon', MOST_DAYS) }), ...(most === undefined ? {} : { most: count(most, '--most', MOST_ROWS) }),
    ...(now === undefined ? {} : { now: instant(now) }),
  }
}

function isDay(text: string): boolean {
  const read = new Date(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(read.getTime()) && read.toISOString().startsWith(text)
}

function count(text: string, where: string, greatest: number): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= greatest) return number
  throw new TidemarkError('OPTION_INVALID', `${where} is a whole number from 1 to ${greatest}, not ${JSON.stringify(text)}`, { where, hint: `Write a number, such as ${where} 10.` })
}

function instant(text: string): number {
  const read = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : NaN
  if (!Number.isNaN(read)) return read
  throw new TidemarkError('INSTANT_INVALID', `${JSON.stringify(text)} is no instant`, { where: '--now', hint: 'Write it with its offset, as 2026-01-31T12:00:00Z.' })
}
