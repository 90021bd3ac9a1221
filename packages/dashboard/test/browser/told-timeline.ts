const HOUR_MS = 3_600_000
/** The last window of the story's livelier campaigns. */
const LAST = Date.parse('2026-10-31T23:00:00Z')
const instant = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

const captured = (from: number) => ({
  at: instant(from), key: `captured ${from}`, kind: 'captured', transaction: 12_418, window: { from: instant(from), to: instant(from + 6 * HOUR_MS) }, why: 'scheduled',
  frequency: { every: 'sixHours', since: '2026-05-28', reason: 'status' },
})

/** A timeline in the form of the route, for a server that does not know it yet; the latest first. */
export function toldTimeline(url: URL): unknown {
  const [tenant, entity] = [url.searchParams.get('tenant'), url.searchParams.get('entity')]
  return {
    series: url.pathname.split('/')[3], tenant, entity, from: '2026-10-06', to: '2026-11-03', next: null,
    entries: [
      ...Array.from({ length: 24 }, (_, place) => captured(LAST - place * 6 * HOUR_MS)),
      { at: '2026-10-24T09:12:00Z', key: 'adjusted a1', kind: 'adjusted', transaction: 12_200, day: '2026-10-20', measure: 'hoursLogged', by: '-2.50', reason: 'counted twice', id: 'a1' },
      { at: '2026-10-23T05:00:00Z', key: 'failed 1', kind: 'failed', window: { from: '2026-10-22T23:00:00Z', to: '2026-10-23T05:00:00Z' }, message: 'the app did not answer', resolved: true },
      { at: '2026-10-01T16:00:00Z', key: 'restated day 20727 11523', kind: 'restated', transaction: 11_523, tier: 'day', from: '2026-10-01', to: '2026-10-02', revision: 4, group: null },
      { at: '2026-10-01T16:00:00Z', key: 'day 20727', kind: 'rolled_up', transaction: 11_523, tier: 'day', from: '2026-10-01', to: '2026-10-02', windows: 4 },
      { at: '2026-05-27T22:00:00Z', key: 'frequency 20601', kind: 'frequency', day: '2026-05-28', before: 'day', every: 'sixHours', reason: 'status', status: 'active', activity: 25 },
      { at: '2026-03-14T23:00:00Z', key: 'frequency 20527', kind: 'frequency', day: '2026-03-15', before: null, every: 'day', reason: 'enrolled', status: 'planned', activity: 0 },
    ],
  }
}
