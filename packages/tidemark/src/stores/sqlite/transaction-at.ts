import type { WriteSession } from './session.ts'

/** The last transaction at or before an instant; 0 when there is none. */
export function transactionAt(session: Pick<WriteSession, 'sql'>, instant: number): number {
  return (session.sql('SELECT max(id) FROM tm_transaction WHERE at <= ?').pluck().get(instant) as number | null) ?? 0
}
