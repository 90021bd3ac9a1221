import type { WriteSession } from './session.ts'

/**
 * The instant of the latest capture of a series; null: it was never captured. Captures are recorded in the order of
 * their instants, so that it is the last one: nothing has to be looked through.
 * @param asOf the last transaction that counts; null: all do
 */
export function lastCapture(read: Pick<WriteSession, 'sql'>, seriesId: number, asOf: number | null): number | null {
  const at = read.sql('SELECT at FROM tm_capture WHERE series_id = ? AND transaction_id <= ? ORDER BY transaction_id DESC LIMIT 1').pluck()
    .get(seriesId, asOf ?? Number.MAX_SAFE_INTEGER) as number | undefined
  return at ?? null
}
