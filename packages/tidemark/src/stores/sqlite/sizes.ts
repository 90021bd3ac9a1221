/** What a table holds, by the beginning of its name; what is not ours is the application's own. */
const GROUPS: readonly (readonly [prefix: string, group: string])[] = [
  ['tm_event_', 'events'], ['tm_intake_', 'events'], ['tm_identity_', 'identities'], ['tm_day_', 'day rows'], ['tm_week_', 'week rows'], ['tm_month_', 'month rows'],
  ['tm_quarter_', 'quarter rows'], ['tm_superseded_', 'earlier beliefs'], ['tm_captured_', 'captured rows'], ['tm_rowblock_', 'captured rows'], ['tm_payload_', 'payloads'], ['tm_packed_', 'payloads'], ['tm_lifetime_', 'checkpoints'], ['tm_checkpoint', 'checkpoints'],
  ['tm_quarantine', 'quarantine'], ['tm_', 'catalogue'], ['sqlite_autoindex_tm_quarantine', 'quarantine'], ['sqlite_autoindex_tm_', 'catalogue'], ['sqlite_', 'catalogue'],
]

/** Bytes of tables and indexes by what they hold, the largest first. */
export function sizesOf(tables: readonly { readonly name: string; readonly bytes: number }[]): { readonly name: string; readonly bytes: number }[] {
  const sizes = new Map<string, number>()
  for (const { name, bytes } of tables) {
    const group = GROUPS.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'other tables'
    sizes.set(group, (sizes.get(group) ?? 0) + bytes)
  }
  return [...sizes].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes)
}
