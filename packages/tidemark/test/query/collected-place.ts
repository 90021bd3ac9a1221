import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { decimal, entity, integer, open, series, type Tidemark } from '../../src/index.ts'
import type { CollectWindow, RosterEntry } from '../../src/definitions/collector.ts'
import type { FrequencyOptions, Frequency } from '../../src/definitions/frequency.ts'
import type { CollectedKeepOptions } from '../../src/definitions/keep.ts'
import { scratchRoot } from '../histories/scratch.ts'

export interface Values {
  readonly load?: number | null
  readonly target?: number | null
  readonly peak?: number | null
  readonly temp?: string | null
  readonly total?: number | null
  readonly mood?: 'good' | 'bad' | null
  readonly hits?: number
  readonly cost?: string | null
  readonly up?: boolean | null
}

export interface Given {
  readonly values: Values
  readonly payload?: unknown
  readonly groups?: readonly { readonly group: { readonly channel: string }; readonly values: Values }[]
}

const NOTHING = { load: null, target: null, peak: null, temp: null, total: null, mood: null, hits: 0, cost: null, up: null } as const

/** Anything is a payload. */
const anything = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: value as { readonly note: string } }) } } as const

/** What a source gives for an entity and a window; null: nothing, so that it fails. */
export type Answer = (entity: string, window: CollectWindow, now: Date) => Given | null

export interface World {
  roster: RosterEntry[]
  answer: Answer
}

/** A collected series of sites with one measure of every kind, and the world that it is collected from. */
export function declared(world: World, options: {
  readonly grain?: Frequency; readonly past?: boolean; readonly at?: string; readonly keep?: CollectedKeepOptions; readonly frequency?: FrequencyOptions<'total'>
} = {}) {
  const site = entity('site', { tenant: 'client', zone: 'UTC' })
  const measured = series('metrics', { of: site, grain: options.grain ?? 'day' })
    .measures(({ gauge, counter, state, count, delta, flag }) => ({
      load: gauge(integer(), { across: 'sum' }), target: gauge(integer(), { across: 'sum' }), peak: gauge(integer(), { across: 'max' }), temp: gauge(decimal(1)),
      total: counter(integer(), { across: 'sum' }), mood: state(['good', 'bad']), hits: count(), cost: delta(decimal(2)), up: flag(),
    }))
    .by({ channel: { most: 2 } })
    .derive(({ ratio }) => ({ use: ratio('load', 'target') }))
    .payload(anything, { version: 2, upgrade: { 1: (old) => old } })
  const paced = options.frequency === undefined ? measured : measured.frequency(options.frequency)
  const kept = options.keep === undefined ? paced : paced.keep(options.keep)
  return kept.collect(async ({ entities, window, now }) => entities.flatMap((one) => {
    const given = world.answer(one.entity, window, now)
    return given === null ? [] : [{
      ...one, values: { ...NOTHING, ...given.values },
      ...(given.payload === undefined ? {} : { payload: given.payload as { readonly note: string } }),
      ...(given.groups === undefined ? {} : { groups: given.groups.map(({ group, values }) => ({ group, values: { ...NOTHING, ...values } })) }),
    }]
  }), { entities: async () => world.roster, ...(options.past === undefined ? {} : { past: options.past }), ...(options.at === undefined ? {} : { at: options.at }) })
}

type Declared = ReturnType<typeof declared>

/** A history in a folder of its own, at a clock that tests set. */
export class CollectedPlace {
  readonly folder = mkdtempSync(join(scratchRoot(), 'tidemark-collected-'))
  readonly world: World = { roster: [], answer: () => null }
  readonly series: Declared
  #now = 0
  #history: Tidemark | null = null

  constructor(options: Parameters<typeof declared>[1] = {}) {
    this.series = declared(this.world, options)
  }

  async at(now: string): Promise<Tidemark> {
    this.#now = Date.parse(now)
    this.#history ??= await open({ store: `sqlite:${join(this.folder, 'history.db')}`, series: [this.series], now: () => this.#now })
    return this.#history
  }

  /** Captures at an instant what the world gives. */
  async capture(now: string, answer?: Answer) {
    if (answer !== undefined) this.world.answer = answer
    return (await this.at(now)).capture(this.series)
  }

  /** Lets go of the files, as a process that ends; `at` takes them up again. */
  async close(): Promise<void> {
    await this.#history?.close()
    this.#history = null
  }

  async remove(): Promise<void> {
    await this.#history?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export const site = (name: string, more: Partial<RosterEntry> = {}): RosterEntry => ({ tenant: 't', entity: name, ...more })

/** The head of a row of a site. */
export const head = (entity: string | null, period: string) => ({ tenant: 't', entity, group: null, period })

export function coverage(expected: number, present: number, reasons: Readonly<Record<string, number>> = {}, measures?: object) {
  return { expected, present, reasons, ...(measures === undefined ? {} : { measures }) }
}
