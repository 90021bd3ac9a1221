import { type Campaign, CHANGE_AT_MS, instantOf, type Part, type Status } from './cast.ts'
import { clockOf, dayText, HOUR_MS } from './clock-face.ts'
import { Random } from './random.ts'

interface Happening {
  readonly at: number
  readonly campaign: Campaign
}

/** Something that happens in the application. */
export type AppEvent = Happening & (
  | { readonly kind: 'created' }
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'joined' | 'left'; readonly who: 'volunteers' | 'beneficiaries'; readonly place: number }
  | { readonly kind: 'opened' | 'closed'; readonly place: number }
  | { readonly kind: 'session'; readonly offsetMinutes: number; readonly hours: number; readonly vis: number; readonly valueCents: number; readonly scores: readonly [number, number, number, number] }
  | { readonly kind: 'spent'; readonly cents: number }
  | { readonly kind: 'evidence'; readonly text: string; readonly score: number; readonly url: string }
)

const CREATED_AT_MS = 8 * HOUR_MS

export function createdAt(campaign: Campaign): number {
  return instantOf(campaign, campaign.createdDay, CREATED_AT_MS)
}

/** What happens by local day, for what is known from the start; sessions, money and evidence are drawn day by day. */
export function fixedEvents(campaign: Campaign): ReadonlyMap<number, readonly AppEvent[]> {
  const byDay = new Map<number, AppEvent[]>()
  const add = (day: number, msOfDay: number, event: object): void => {
    const events = byDay.get(day) ?? []
    events.push({ at: instantOf(campaign, day, msOfDay), campaign, ...event } as AppEvent)
    byDay.set(day, events)
  }
  add(campaign.createdDay, CREATED_AT_MS, { kind: 'created' })
  for (const { day, status } of campaign.statuses.slice(1)) add(day, CHANGE_AT_MS, { kind: 'status', status })
  const ends = lastDayOf(campaign)
  const partTimes = (parts: readonly Part[], came: object, went: object, noon: number): void => {
    parts.forEach(({ joins, leaves }, place) => {
      if (joins >= ends) return
      add(joins, noon + (place % 7) * HOUR_MS, { ...came, place })
      if (leaves !== null && leaves > joins && leaves < ends) add(leaves, noon + (place % 5) * HOUR_MS, { ...went, place })
    })
  }
  if (campaign.statuses.some(({ status }) => status === 'active')) {
    partTimes(campaign.volunteers, { kind: 'joined', who: 'volunteers' }, { kind: 'left', who: 'volunteers' }, 10 * HOUR_MS)
    partTimes(campaign.beneficiaries, { kind: 'joined', who: 'beneficiaries' }, { kind: 'left', who: 'beneficiaries' }, 11 * HOUR_MS)
    partTimes(campaign.instances, { kind: 'opened' }, { kind: 'closed' }, 9 * HOUR_MS)
  }
  return byDay
}

/** The day of the last change of status where nothing happens after it, else never. */
function lastDayOf({ statuses }: Campaign): number {
  const last = statuses.at(-1)
  return last !== undefined && (last.status === 'completed' || last.status === 'cancelled') ? last.day : Number.POSITIVE_INFINITY
}

export function statusOn({ statuses }: Campaign, day: number): Status {
  let current: Status = 'draft'
  for (const { day: from, status } of statuses) if (from <= day) current = status
  return current
}

/** How a week's sessions fall on its days, Sunday first; together 21. */
const WEEKDAY_WEIGHTS = [1.4, 3.4, 3.7, 3.6, 3.5, 3.4, 2] as const
const SENTENCES = ['I speak with my neighbours now.', 'My first job interview went well.', 'My daughter reads to me.', 'I found friends here.', 'We cooked for forty people.', 'I know whom to ask.']

/** What one campaign does on one of its local days, whoever asks and however often. */
export function drawnEvents(seed: number, campaign: Campaign, day: number): readonly AppEvent[] {
  if (statusOn(campaign, day) !== 'active') return []
  const random = new Random(seed, campaign.number, day)
  const events: AppEvent[] = []
  const total = campaign.endDay - campaign.startDay + 1
  const progress = Math.min(1, (day - campaign.startDay) / total)
  const weekday = ((day + 4) % 7 + 7) % 7
  const expected = campaign.weekly * heightAt(progress, day - campaign.startDay) * (WEEKDAY_WEIGHTS[weekday] as number) / 21
  const count = Math.floor(expected + random.next())
  const clock = clockOf(campaign.company.zone)
  for (let n = 0; n < count; n++) {
    const msOfDay = 8 * HOUR_MS + Math.floor((random.next() + random.next()) / 2 * 13 * 60) * 60_000
    const at = clock.instantOf(day, msOfDay)
    const hours = random.between(2, 12) * 25
    const better = Math.floor(progress * 25)
    const score = (): number => random.between(35, 70) + better
    const scores = [score(), score(), score(), score()] as const
    events.push({
      at, campaign, kind: 'session', offsetMinutes: clock.offsetMs(at) / 60_000, hours, vis: random.between(40, 95), scores,
      valueCents: Math.floor(hours * 45 * (100 + (scores[0] + scores[1] + scores[2] + scores[3]) / 4) / 100),
    })
  }
  if (random.chance(0.4)) {
    const mean = campaign.budgetCents * campaign.spends / Math.min(total, 900) / 0.4
    events.push({ at: clock.instantOf(day, 17 * HOUR_MS + random.between(0, 59) * 60_000), campaign, kind: 'spent', cents: Math.floor(mean * (0.6 + random.next() * 0.8)) })
  }
  if (random.chance(0.04)) {
    events.push({
      at: clock.instantOf(day, 18 * HOUR_MS + random.between(0, 59) * 60_000), campaign, kind: 'evidence', text: random.pick(SENTENCES), score: random.between(4_000, 9_900),
      url: `https://evidence.example.org/${campaign.number}/${dayText(day)}`,
    })
  }
  return events
}

/** How busy a campaign is: it rises for six weeks, swings by a quarter every 90 days, and ebbs away at the end. */
function heightAt(progress: number, age: number): number {
  const swing = Math.abs((age % 90) - 45) / 45
  return Math.min(1, (age + 7) / 42) * (progress > 0.9 ? 0.6 : 1) * (0.85 + 0.3 * swing)
}

/** The plan of a campaign's spending: so much on each of its days, the rest on the last; no longer than 900 days. */
export function plannedSpend(campaign: Campaign): readonly { readonly day: number; readonly cents: number; readonly cumulative: number }[] {
  const days = Math.min(campaign.endDay - campaign.startDay + 1, 900)
  const daily = Math.floor(campaign.budgetCents / days)
  return Array.from({ length: days }, (_, n) => {
    const last = n === days - 1
    return { day: campaign.startDay + n, cents: last ? campaign.budgetCents - daily * n : daily, cumulative: last ? campaign.budgetCents : daily * (n + 1) }
  })
}

