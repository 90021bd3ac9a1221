import type { SeriesDefinition } from '../../src/definitions/series.ts'
import type { Grain, QueryRequest, Selection } from '../../src/query/request.ts'
import { type Day, dayOfText, type Span, yearOf } from './civil.ts'
import { periodOf } from './period.ts'

interface Asked {
  readonly tenant: string
  readonly entity: string
  readonly enrolment: Day | null
  readonly today: Day
}

/** The asked range; an end left out is the start of the earliest enrolment's year, or the end of the latest today's period. */
export function rangeOf(accounts: readonly Asked[], request: QueryRequest, grain: Grain): Span | null {
  const enrolled = accounts.filter((account) => account.enrolment !== null)
  if (enrolled.length === 0 && (request.from === undefined || request.to === undefined)) return null
  const today = Math.max(...enrolled.map((account) => account.today))
  const from = request.from === undefined ? yearOf(Math.min(...enrolled.map((account) => account.enrolment as Day))).from : dayOfText(request.from)
  const to = request.to === undefined
    ? periodOf(grain, today, { from: today, to: today + 1 }).to
    : dayOfText(request.to)
  return { from, to }
}

/** Entities each for itself, or each tenant's together. */
export function subjectsOf<A extends Asked>(accounts: readonly A[], merged: boolean): readonly { readonly head: { readonly tenant: string; readonly entity: string | null }; readonly members: readonly A[] }[] {
  if (!merged) return accounts.map((account) => ({ head: { tenant: account.tenant, entity: account.entity }, members: [account] }))
  const tenants = [...new Set(accounts.map((account) => account.tenant))]
  return tenants.map((tenant) => ({ head: { tenant, entity: null }, members: accounts.filter((account) => account.tenant === tenant) }))
}

/** The groups asked for, in declared order of dimensions and values. */
export function groupsOf({ dimensions }: Pick<SeriesDefinition, 'dimensions'>, { where = {}, by = [] }: Selection): readonly Readonly<Record<string, string>>[] {
  let groups: readonly Record<string, string>[] = [{}]
  for (const { field, values } of dimensions) {
    const fixed = where[field]
    if (fixed !== undefined) groups = groups.map((group) => ({ ...group, [field]: fixed }))
    else if (by.includes(field)) groups = groups.flatMap((group) => values.map((value) => ({ ...group, [field]: value })))
  }
  return groups
}

export function asOfText({ asOf }: Selection): string | null {
  return asOf === undefined ? null : new Date(asOf).toISOString().replace('.000Z', 'Z')
}
