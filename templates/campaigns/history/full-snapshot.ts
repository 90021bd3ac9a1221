/** Everything that is known of a campaign at a capture: enough to tell its state of that moment without the application. */
export interface FullSnapshot {
  readonly campaignName: string
  readonly status: string
  readonly programTemplateId: string
  readonly businessModel: string
  readonly startsOn: string
  readonly endsOn: string
  readonly capacity: Readonly<Record<'volunteers' | 'beneficiaries' | 'sessions', { readonly current: number; readonly target: number }>>
  /** Decimals as text. */
  readonly budget: { readonly allocated: string; readonly spent: string; readonly planned: string }
  readonly programInstances: { readonly activeCount: number; readonly totalCount: number }
  readonly engagement: Engagement
  /** Means of all sessions so far, 0 to 100 with two digits; null before the first. */
  readonly outcomeScores: Readonly<Record<Outcome, string | null>>
  readonly alerts: readonly SnapshotAlert[]
  /** The best three. */
  readonly evidence: readonly Evidence[]
}

/** Rates with four digits, averages with two; null where nobody ever joined. */
export interface Engagement {
  readonly volunteerRetentionRate: string | null
  readonly volunteerDropoutRate: string | null
  readonly beneficiaryDropoutRate: string | null
  readonly averageSessionsPerVolunteer: string | null
  readonly averageHoursPerSession: string | null
}

export const OUTCOMES = ['integration', 'language', 'jobReadiness', 'wellbeing'] as const
export type Outcome = (typeof OUTCOMES)[number]

export interface SnapshotAlert {
  readonly type: string
  readonly message: string
  readonly threshold: string
}

export interface Evidence {
  readonly id: number
  readonly text: string
  /** 0 to 100 with two digits. */
  readonly score: string
  readonly url: string
}

type Check = (value: unknown, path: string) => string | null

const text: Check = (value, path) => (typeof value === 'string' ? null : `${path} is a text, not ${kindOf(value)}`)
const textOrNull: Check = (value, path) => (value === null ? null : text(value, path))
const whole: Check = (value, path) => (Number.isSafeInteger(value) ? null : `${path} is a whole number, not ${kindOf(value)}`)

function shape(fields: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(fields)
  return (value, path) => {
    if (typeof value !== 'object' || value === null) return `${path === '' ? 'the snapshot' : path} is an object, not ${kindOf(value)}`
    for (const [name, check] of entries) {
      const wrong = check((value as Record<string, unknown>)[name], path === '' ? name : `${path}.${name}`)
      if (wrong !== null) return wrong
    }
    return null
  }
}

function list(of: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path} is a list, not ${kindOf(value)}`
    for (const [place, one] of value.entries()) {
      const wrong = of(one, `${path}[${place}]`)
      if (wrong !== null) return wrong
    }
    return null
  }
}

function kindOf(value: unknown): string {
  return value === undefined ? 'missing' : value === null ? 'null' : typeof value === 'string' ? 'text' : Array.isArray(value) ? 'a list' : typeof value
}

const capacity = shape({ current: whole, target: whole })

const fullSnapshot = shape({
  campaignName: text, status: text, programTemplateId: text, businessModel: text, startsOn: text, endsOn: text,
  capacity: shape({ volunteers: capacity, beneficiaries: capacity, sessions: capacity }),
  budget: shape({ allocated: text, spent: text, planned: text }),
  programInstances: shape({ activeCount: whole, totalCount: whole }),
  engagement: shape({
    volunteerRetentionRate: textOrNull, volunteerDropoutRate: textOrNull, beneficiaryDropoutRate: textOrNull,
    averageSessionsPerVolunteer: textOrNull, averageHoursPerSession: textOrNull,
  }),
  outcomeScores: shape({ integration: textOrNull, language: textOrNull, jobReadiness: textOrNull, wellbeing: textOrNull }),
  alerts: list(shape({ type: text, message: text, threshold: text })),
  evidence: list(shape({ id: whole, text, score: text, url: text })),
})

/** The schema as any library of schemas gives one (Standard Schema, version 1); by hand, so that the template needs none. */
export const fullSnapshotSchema = {
  '~standard': {
    version: 1 as const,
    vendor: 'tidemark-template-campaigns',
    validate(value: unknown): { readonly value: FullSnapshot; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string }[] } {
      const wrong = fullSnapshot(value, '')
      return wrong === null ? { value: value as FullSnapshot } : { issues: [{ message: wrong }] }
    },
    types: undefined as { readonly input: FullSnapshot; readonly output: FullSnapshot } | undefined,
  },
}

/** Version 1 had one rate of dropout, that of volunteers, and no evidence. */
export function fromVersion1(payload: unknown): unknown {
  const { engagement: { dropoutRate, ...engagement }, ...rest } = payload as { engagement: { dropoutRate: string | null } }
  return { ...rest, engagement: { ...engagement, volunteerDropoutRate: dropoutRate, beneficiaryDropoutRate: null }, evidence: [] }
}
