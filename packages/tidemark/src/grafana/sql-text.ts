import { placeholder } from './placeholder.ts'

/** The texts of SQLite that the queries of dashboards share. Grafana puts numbers and quoted texts in place of `$…` before it sends them. */

/** The local day that the range of the dashboard begins with; milliseconds stand for it. */
export const SINCE = "date($__from / 1000, 'unixepoch')"
/** The day after the one that the range ends in. */
export const TILL = "date($__to / 1000 - 1, 'unixepoch', '+1 day')"

/** The value of a variable as a text of SQL, its quotation marks doubled. */
export const chosen = (variable: string): string => placeholder(`${variable}:sqlstring`)

/** A name as SQL quotes it. */
export const column = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The first day of the period of a grain that a day lies in; the grain is an expression. */
export function periodOf(day: string, grain: string): string {
  return `CASE ${grain} WHEN 'day' THEN date(${day}) WHEN 'week' THEN date(${day}, 'weekday 0', '-6 days') WHEN 'month' THEN date(${day}, 'start of month') `
    + `WHEN 'quarter' THEN date(${day}, 'start of month', printf('-%d months', (CAST(strftime('%m', ${day}) AS INTEGER) - 1) % 3)) ELSE date(${day}, 'start of year') END`
}

/** From the first day of a period to that of the next. */
export function stepOf(grain: string): string {
  return `CASE ${grain} WHEN 'day' THEN '+1 day' WHEN 'week' THEN '+7 days' WHEN 'month' THEN '+1 month' WHEN 'quarter' THEN '+3 months' ELSE '+1 year' END`
}
