import type { BusinessModel, Campaign } from './cast.ts'

interface Days {
  readonly createdDay: number
  readonly startDay: number
  readonly endDay: number
}

/** What is settled of a campaign; the rest is drawn. */
export interface Role {
  readonly name?: string
  /** Where in the history it starts, from 0 to 1. */
  readonly startShare?: number
  readonly days?: number
  readonly statuses?: (days: Days) => Campaign['statuses']
  readonly weekly?: number
  /** Of volunteers, beneficiaries and sessions alike. */
  readonly target?: number
  readonly fills?: number
  /** So many volunteers and beneficiaries, all from the first day on. */
  readonly joined?: number
  readonly budgetCents?: number
  /** The share of the budget that is spent in the end. */
  readonly spends?: number
  readonly model?: BusinessModel
  readonly value?: 'high' | 'standard'
}

/** The names by which tests, documents and the demo find the campaigns that are out of the ordinary. */
export const ROLE_NAMES = {
  overCapacity: 'Over capacity', underCapacity: 'Under capacity', noTarget: 'No target', overspent: 'Overspent', fiveDays: 'Five days',
  pausedYear: 'Paused for a year', largestBudget: 'Largest budget', highValue: 'High value', underHold: 'Under hold', toBeErased: 'To be erased',
  draftForEver: 'Draft for ever', cancelled: 'Cancelled', exactlyEighty: 'Exactly eighty',
} as const

const LONG = 2_000

/** Active from its first day on, whatever its last was to be. */
function runsOn({ createdDay, startDay }: Days): Campaign['statuses'] {
  return [{ day: createdDay, status: 'draft' }, { day: startDay - 50, status: 'planned' }, { day: startDay - 25, status: 'recruiting' }, { day: startDay, status: 'active' }]
}

/** The special roles, in the order of their campaigns' numbers. */
export const ROLES: readonly Role[] = [
  { name: ROLE_NAMES.overCapacity, startShare: 0.1, days: LONG, weekly: 20, target: 50, joined: 65, model: 'seats', value: 'standard' },
  { name: ROLE_NAMES.underCapacity, startShare: 0.1, days: LONG, weekly: 8, target: 50, joined: 5, model: 'learners', value: 'standard' },
  { name: ROLE_NAMES.noTarget, startShare: 0.1, days: LONG, weekly: 10, target: 0, joined: 12, model: 'none', value: 'standard' },
  // It should have ended long ago, and goes on spending.
  { name: ROLE_NAMES.overspent, startShare: 0.1, days: 200, weekly: 12, spends: 1.4, model: 'credits', value: 'standard', statuses: runsOn },
  { name: ROLE_NAMES.fiveDays, startShare: 0.5, days: 5, weekly: 70, value: 'standard', model: 'none' },
  {
    name: ROLE_NAMES.pausedYear, startShare: 0.08, days: LONG, weekly: 15, value: 'standard',
    statuses: (days) => [...runsOn(days), { day: days.startDay + 10, status: 'paused' }, { day: days.startDay + 375, status: 'active' }],
  },
  { name: ROLE_NAMES.largestBudget, startShare: 0.05, days: LONG, weekly: 30, budgetCents: 999_999_999_999, spends: 0.8, model: 'seats', value: 'standard' },
  { name: ROLE_NAMES.highValue, startShare: 0.03, days: LONG, weekly: 130, value: 'high', model: 'seats' },
  { name: ROLE_NAMES.underHold, startShare: 0.03, days: LONG, weekly: 10, value: 'standard' },
  { name: ROLE_NAMES.toBeErased, startShare: 0.03, days: LONG, weekly: 10, value: 'standard' },
  { name: ROLE_NAMES.draftForEver, startShare: 0.2, days: LONG, weekly: 10, value: 'standard', statuses: ({ createdDay }) => [{ day: createdDay, status: 'draft' }] },
  {
    name: ROLE_NAMES.cancelled, startShare: 0.2, days: LONG, weekly: 20, value: 'standard',
    statuses: (days) => [...runsOn(days), { day: days.startDay + 60, status: 'cancelled' }],
  },
  { name: ROLE_NAMES.exactlyEighty, startShare: 0.1, days: LONG, weekly: 12, target: 50, joined: 40, model: 'seats', value: 'standard' },
]
