import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { entity, integer, open, series, type Tidemark } from '../../src/index.ts'

const HOUR = 3_600_000

/** The hour that the beacons were lit in: from here on everything about them is a sum in the head. */
export const LIT = Date.UTC(2026, 0, 5)
export const BEACONS = ['north', 'east', 'south', 'west', 'centre'] as const

const beacon = entity('beacon', { tenant: 'harbour', zone: 'UTC' })

/** Turns of a beacon's lamp by an hour: 7 each hour, and the beacon's place more to begin with. */
export const turnsAt = (name: string, instant: number): number => BEACONS.indexOf(name as (typeof BEACONS)[number]) + 7 * ((instant - LIT) / HOUR)

/** Hourly; while there is a file `gate` in the folder, the collector waits. */
export const lightOf = (folder: string) => series('light', { of: beacon, grain: 'hour' })
  .measures(({ gauge, counter }) => ({ brightness: gauge(integer()), turns: counter(integer()) }))
  .collect(async ({ entities, window, signal }) => {
    while (existsSync(join(folder, 'gate')) && !signal.aborted) await sleep(20)
    return entities.map(({ tenant, entity: name }) => ({ tenant, entity: name, values: { brightness: 40, turns: turnsAt(name, window.from.getTime()) } }))
  }, { entities: async () => BEACONS.map((name) => ({ tenant: 'oslo', entity: name })), timeoutMs: 600_000 })

export const openLight = (folder: string, now: () => number): Promise<Tidemark> =>
  open({ store: `sqlite:${join(folder, 'light.db')}`, archive: join(folder, 'archive'), series: [lightOf(folder)], now })
