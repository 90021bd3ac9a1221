interface Flight<T> {
  now: number
  readonly done: Promise<T>
}

interface Lane<T> {
  running: Flight<T> | null
  waiting: Flight<T> | null
}

/**
 * Runs one piece of work at a time for each key. A request joins the running one when that covers its instant, else all
 * that wait share the one after it, at the latest of their instants.
 */
export class SingleFlight<T> {
  readonly #lanes = new Map<string, Lane<T>>()

  run(key: string, now: number, work: (now: number) => Promise<T>): Promise<T> {
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      lane = { running: null, waiting: null }
      this.#lanes.set(key, lane)
    }
    const { running, waiting } = lane
    if (running !== null && now <= running.now) return running.done
    if (waiting !== null) {
      waiting.now = Math.max(waiting.now, now)
      return waiting.done
    }
    if (running === null) return this.#start(key, lane, now, work)
    const next = (): Promise<T> => {
      const flight = lane.waiting as Flight<T>
      lane.waiting = null
      return this.#start(key, lane, flight.now, work)
    }
    // Whether the running one fails is its own callers' matter.
    lane.waiting = { now, done: running.done.then(next, next) }
    return lane.waiting.done
  }

  #start(key: string, lane: Lane<T>, now: number, work: (now: number) => Promise<T>): Promise<T> {
    const done = work(now).finally(() => {
      lane.running = null
      if (lane.waiting === null) this.#lanes.delete(key)
    })
    lane.running = { now, done }
    return done
  }
}
