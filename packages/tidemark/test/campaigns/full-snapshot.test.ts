import { describe, expect, test } from 'vitest'
import { over } from '../../../../templates/campaigns/answers/decimal-text.ts'
import { hundredths, quotient } from '../../../../templates/campaigns/history/exact.ts'
import { fromVersion1, type FullSnapshot, fullSnapshotSchema } from '../../../../templates/campaigns/history/full-snapshot.ts'

const SNAPSHOT: FullSnapshot = {
  campaignName: 'Welcome', status: 'active', programTemplateId: 'buddy-program', businessModel: 'seats', startsOn: '2026-01-01', endsOn: '2026-12-31',
  capacity: { volunteers: { current: 45, target: 50 }, beneficiaries: { current: 1, target: 2 }, sessions: { current: 3, target: 4 } },
  budget: { allocated: '100.00', spent: '10.00', planned: '12.00' }, programInstances: { activeCount: 1, totalCount: 2 },
  engagement: { volunteerRetentionRate: '0.9000', volunteerDropoutRate: '0.1000', beneficiaryDropoutRate: '0.0000', averageSessionsPerVolunteer: '1.50', averageHoursPerSession: '2.00' },
  outcomeScores: { integration: '50.00', language: null, jobReadiness: '1.00', wellbeing: '2.00' }, alerts: [{ type: 'capacity', message: 'm', threshold: '0.8000' }],
  evidence: [{ id: 1, text: 't', score: '95.00', url: 'https://evidence.example.org/1' }],
}
const check = (value: unknown) => fullSnapshotSchema['~standard'].validate(value)

describe('the full snapshot', () => {
  test('is taken as it is, and refused by the name of what is wrong', () => {
    expect(check(SNAPSHOT)).toEqual({ value: SNAPSHOT })
    expect(check({ ...SNAPSHOT, evidence: [{ ...SNAPSHOT.evidence[0], score: 95 }] })).toEqual({ issues: [{ message: 'evidence[0].score is a text, not number' }] })
    expect(check({ ...SNAPSHOT, capacity: { ...SNAPSHOT.capacity, sessions: { current: 0.5, target: 1 } } })).toEqual({ issues: [{ message: 'capacity.sessions.current is a whole number, not number' }] })
    expect(check(null)).toEqual({ issues: [{ message: 'the snapshot is an object, not null' }] })
  })

  test('of version 1 is read as one of version 2', () => {
    const { volunteerDropoutRate, beneficiaryDropoutRate: _, ...engagement } = SNAPSHOT.engagement
    const { evidence: __, ...rest } = SNAPSHOT
    const upgraded = fromVersion1({ ...rest, engagement: { ...engagement, dropoutRate: volunteerDropoutRate } })
    expect(check(upgraded)).toEqual({ value: { ...SNAPSHOT, evidence: [], engagement: { ...SNAPSHOT.engagement, beneficiaryDropoutRate: null } } })
  })
})

describe('exact decimals', () => {
  test('of hundredths keep sign and zeros', () => {
    expect([0, 5, -5, 100, -123_456, 999_999_999_999].map(hundredths)).toEqual(['0.00', '0.05', '-0.05', '1.00', '-1234.56', '9999999999.99'])
  })

  test('round half to even, once', () => {
    // 1/32 = 0.03125 and 3/32 = 0.09375: both lie in the middle of two numbers of four digits.
    expect([quotient(1, 32, 4), quotient(3, 32, 4), quotient(45, 50, 4), quotient(1, 0, 4)]).toEqual(['0.0312', '0.0938', '0.9000', null])
    expect([over('-1.00', '32.00'), over('-3', '32'), over(1, 3), over('1.00', '0.00')]).toEqual(['-0.0312', '-0.0938', '0.3333', null])
  })
})
