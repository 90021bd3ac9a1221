/** The cases of collected series, holds and erasure, and how many histories in a thousand must have met each. */
export const COLLECTED_FLOORS = {
  captured: 400, pastCollected: 60, entityFails: 400, rosterFails: 300, sourceFailed: 300, oneFailsOthersNot: 100, rosterZoneChange: 100,
  backfillUnchanged: 60, backfillRestated: 40, stateAt: 300, payload: 120, upgradedPayload: 60, longer: 60, sampledMeasureAdded: 150,
  frequencyUp: 40, frequencyDown: 20, flutter: 15, hourly: 60, final: 60, finalCaptured: 30, gone: 150, returned: 150,
  counterFalls: 200, counterResets: 80, missedWindow: 300, answeredFailed: 200, ended: 150, noValue: 250, sampledNotMeasuredYet: 30,
  grainCaptured: 350, collectedAsOf: 350, collectedCompared: 250, collectedCut: 250, collectedArchiveRead: 100, collectedGroup: 150, otherGroup: 80,
  collectedTotal: 200, 'across sum': 100, 'across min': 30, 'across max': 30, notAcross: 30,
  'kind gauge': 200, 'kind counter': 300, 'kind state': 80, 'kind count': 300, 'kind delta': 80, 'kind sampledFlag': 80, 'kind histogram': 100,
  'kind distinct': 80, 'kind ratio': 80,
  held: 300, lifted: 250, forgotten: 150, erasureRefused: 40, overridden: 40, answeredErased: 40,
  cascaded: 100, cascadeFinished: 100, cascadeRefused: 30,
} as const

export type CollectedCase = keyof typeof COLLECTED_FLOORS | 'refused' | `kind ${string}` | `across ${string}`
