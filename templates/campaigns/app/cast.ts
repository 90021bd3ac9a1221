import { clockOf, HOUR_MS } from './clock-face.ts'
import { Random } from './random.ts'
import { type Role, ROLES } from './roles.ts'

export type Status = 'draft' | 'planned' | 'recruiting' | 'active' | 'paused' | 'completed' | 'cancelled'
export type BusinessModel = 'seats' | 'credits' | 'learners' | 'none'

export interface Company {
  readonly id: string
  readonly name: string
  readonly zone: string
}

/** Somebody who takes part: the days are local, and `leaves` is null for who stays. */
export interface Part {
  readonly joins: number
  readonly leaves: number | null
}

/** All that a campaign is going to be; what it does on a day is drawn from it. */
export interface Campaign {
  readonly number: number
  readonly id: string
  readonly company: Company
  readonly name: string
  readonly template: string
  readonly value: 'high' | 'standard'
  readonly model: BusinessModel
  readonly createdDay: number
  readonly startDay: number
  /** The last day, included. */
  readonly endDay: number
  /** Ascending by day; the first is the draft. A change comes at nine in the morning. */
  readonly statuses: readonly { readonly day: number; readonly status: Status }[]
  readonly volunteersTarget: number
  readonly beneficiariesTarget: number
  readonly sessionsTarget: number
  readonly budgetCents: number
  /** What is spent of the budget in the end. */
  readonly spends: number
  readonly seatsCommitted: number | null
  readonly creditsAllocated: number | null
  readonly learnersCommitted: number | null
  /** Sessions of an average week at full height. */
  readonly weekly: number
  readonly volunteers: readonly Part[]
  readonly beneficiaries: readonly Part[]
  readonly instances: readonly Part[]
}

export interface CastOptions {
  readonly seed: number
  readonly campaigns: number
  readonly firstDay: number
  readonly lastDay: number
}

const COMPANIES: readonly (readonly [string, string])[] = [
  ['Northwind Foods', 'Europe/Amsterdam'], ['Harbour Bank', 'Europe/London'], ['Lakeside Energy', 'America/New_York'], ['Himal Telecom', 'Asia/Kathmandu'],
  ['Reef Logistics', 'Australia/Lord_Howe'], ['Sakura Motors', 'Asia/Tokyo'], ['Pampas Agro', 'America/Sao_Paulo'], ['Kauri Timber', 'Pacific/Auckland'],
  ['Alpine Insurance', 'Europe/Zurich'], ['Prairie Software', 'America/Chicago'], ['Delta Pharma', 'Europe/Paris'], ['Cape Retail', 'Africa/Johannesburg'],
  ['Fjord Shipping', 'Europe/Oslo'], ['Monsoon Textiles', 'Asia/Kolkata'], ['Summit Robotics', 'America/Los_Angeles'], ['Avalon Media', 'America/St_Johns'],
]

const SUBJECTS = ['Language', 'Mentoring', 'First job', 'Digital skills', 'Homework', 'Music', 'Kitchen', 'Garden', 'Football', 'Coding', 'Welcome', 'Reading']
const PLACES = ['Riverside', 'Old Town', 'Harbour', 'Hillcrest', 'Station', 'Market', 'Westend', 'Lindenhof', 'Parkside', 'Northgate', 'Millpond', 'Orchard']
const TEMPLATES = ['buddy-program', 'language-cafe', 'job-coaching', 'after-school', 'community-kitchen']
const MODELS: readonly BusinessModel[] = ['seats', 'seats', 'credits', 'learners', 'none']

/** The campaigns of a history, the special roles first. The same options give the same cast. */
export function castOf(options: CastOptions): readonly Campaign[] {
  const companies = COMPANIES.slice(0, options.campaigns > 100 ? COMPANIES.length : 5).map(([name, zone]): Company => ({ id: name.toLowerCase().replaceAll(' ', '-'), name, zone }))
  return Array.from({ length: options.campaigns }, (_, place) => campaignOf(place + 1, companies, options))
}

function campaignOf(number: number, companies: readonly Company[], { seed, firstDay, lastDay }: CastOptions): Campaign {
  const random = new Random(seed, 'campaign', number)
  const role: Role = ROLES[number - 1] ?? {}
  // Everybody's neighbours are of every zone, and the first company has most of the special roles.
  const company = companies[role.name === undefined ? (number * 7) % companies.length : number % 2 === 0 ? 0 : number % companies.length] as Company
  const span = lastDay - firstDay
  const startDay = role.startShare === undefined
    // One in eight was there already when the history begins; some begin after it ends.
    ? firstDay + random.between(-Math.floor(span / 8), Math.floor(span * 0.92))
    : firstDay + Math.max(70, Math.floor(span * role.startShare))
  const days = role.days ?? random.between(240, 1_100)
  const endDay = startDay + days - 1
  const createdDay = startDay - random.between(60, 90)
  const statuses = role.statuses?.({ createdDay, startDay, endDay }) ?? usualStatuses(random, createdDay, startDay, endDay)
  const weekly = role.weekly ?? weeklyOf(random)
  const beneficiariesTarget = role.target ?? Math.max(10, Math.floor(weekly * 0.9) + random.between(5, 30))
  const volunteersTarget = role.target ?? Math.max(5, Math.floor(beneficiariesTarget * 0.8))
  const fills = role.fills ?? 0.55 + random.next() * 0.6
  const budgetCents = role.budgetCents ?? days * random.between(3_000, 12_000) + random.between(0, 99)
  const model = role.model ?? random.pick(MODELS)
  const joined = role.joined
  return {
    number, id: random.uuid(), company,
    name: role.name ?? `${random.pick(PLACES)} ${random.pick(SUBJECTS)} ${number}`,
    template: random.pick(TEMPLATES), value: role.value ?? (random.chance(0.04) ? 'high' : 'standard'), model,
    createdDay, startDay, endDay, statuses,
    volunteersTarget, beneficiariesTarget, sessionsTarget: role.target ?? Math.max(1, Math.floor(weekly * days / 7)),
    budgetCents, spends: role.spends ?? 0.6 + random.next() * 0.45,
    seatsCommitted: model === 'seats' ? volunteersTarget : null,
    creditsAllocated: model === 'credits' ? random.between(200, 4_000) * 100 : null,
    learnersCommitted: model === 'learners' ? beneficiariesTarget : null,
    weekly,
    volunteers: joined === undefined ? partsOf(random, Math.ceil(volunteersTarget * fills), startDay, endDay) : settled(joined, startDay),
    beneficiaries: joined === undefined ? partsOf(random, Math.ceil(beneficiariesTarget * fills), startDay, endDay) : settled(joined, startDay),
    instances: Array.from({ length: random.between(1, 5) }, () => {
      const opens = startDay + random.between(0, Math.floor(days / 3))
      return { joins: opens, leaves: opens + random.between(60, 300) > endDay ? endDay : opens + 60 }
    }),
  }
}

/** Few campaigns are busy every hour, most are calm. */
function weeklyOf(random: Random): number {
  const kind = random.next()
  if (kind < 0.094) return random.between(114, 135)
  if (kind < 0.34) return random.between(27, 48)
  return random.between(1, 10)
}

function usualStatuses(random: Random, createdDay: number, startDay: number, endDay: number): Campaign['statuses'] {
  const statuses: { day: number; status: Status }[] = [
    { day: createdDay, status: 'draft' }, { day: startDay - random.between(45, 58), status: 'planned' }, { day: startDay - random.between(20, 35), status: 'recruiting' }, { day: startDay, status: 'active' },
  ]
  if (random.chance(0.15) && endDay - startDay > 200) {
    const pause = startDay + random.between(60, endDay - startDay - 100)
    statuses.push({ day: pause, status: 'paused' }, { day: pause + random.between(14, 60), status: 'active' })
  }
  const lastChange = (statuses.at(-1) as { day: number }).day
  const ends = Math.max(endDay + 1, lastChange + 5)
  statuses.push(random.chance(0.06) ? { day: lastChange + Math.floor((ends - lastChange) / 2), status: 'cancelled' } : { day: ends, status: 'completed' })
  return statuses
}

/** Most come in the first weeks and stay; one in four leaves, and another comes in the end. */
function partsOf(random: Random, count: number, startDay: number, endDay: number): readonly Part[] {
  const reach = endDay - startDay
  return Array.from({ length: count }, () => {
    const early = random.next()
    const joins = startDay - 20 + Math.floor(early * early * reach * 0.7)
    const stays = random.between(30, 300)
    return { joins, leaves: random.chance(0.27) && joins + stays < endDay ? joins + stays : null }
  })
}

/** Everybody there on the first day, for the roles whose numbers are known. */
function settled(count: number, startDay: number): readonly Part[] {
  return Array.from({ length: count }, () => ({ joins: startDay, leaves: null }))
}

export const CHANGE_AT_MS = 9 * HOUR_MS

/** The instant of a local time of a campaign's day. */
export function instantOf(campaign: Campaign, day: number, msOfDay: number): number {
  return clockOf(campaign.company.zone).instantOf(day, msOfDay)
}
