export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000

/** What the wall clocks of one zone are ahead of UTC. */
export class ClockFace {
  readonly #format: Intl.DateTimeFormat
  /** By UTC day: the offset all day long, or null on a day on which it changes. */
  readonly #days = new Map<number, number | null>()

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset', fractionalSecondDigits: 1 })
  }

  offsetMs(instant: number): number {
    const day = Math.floor(instant / DAY_MS)
    let all = this.#days.get(day)
    if (all === undefined) {
      const first = this.#read(day * DAY_MS)
      all = first === this.#read((day + 1) * DAY_MS - 1) ? first : null
      this.#days.set(day, all)
    }
    return all ?? this.#read(instant)
  }

  /** The instant at which clocks show this time of this date; of a time that is skipped, the one as long after the gap. */
  instantOf(day: number, msOfDay: number): number {
    const wall = day * DAY_MS + msOfDay
    const guess = wall - this.offsetMs(wall)
    return wall - this.offsetMs(guess)
  }

  /** The local date, as days since 1970-01-01. */
  dayOf(instant: number): number {
    return Math.floor((instant + this.offsetMs(instant)) / DAY_MS)
  }

  #read(instant: number): number {
    const text = this.#format.format(instant)
    const match = /GMT([+-])(\d\d):(\d\d)/.exec(text)
    if (match === null) return 0
    const size = (Number(match[2]) * 60 + Number(match[3])) * 60_000
    return match[1] === '-' ? -size : size
  }
}

const faces = new Map<string, ClockFace>()

export function clockOf(zone: string): ClockFace {
  let face = faces.get(zone)
  if (face === undefined) faces.set(zone, face = new ClockFace(zone))
  return face
}

export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)
export const textDay = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY_MS
