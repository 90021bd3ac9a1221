/** How long a list may be read before other work has its turn: a fifth of a frame that a user notices. */
const TURN_MS = 10
/** Asking the clock for every row would cost more than the row. */
const ROWS_BETWEEN_LOOKS = 64

/** Hands rows on one by one and lets other work run from time to time, however many there are. */
export async function* paced<T, U>(rows: Iterable<T>, make: (row: T) => U): AsyncGenerator<U> {
  let turn = performance.now()
  let left = ROWS_BETWEEN_LOOKS
  for (const row of rows) {
    yield make(row)
    if (--left > 0) continue
    left = ROWS_BETWEEN_LOOKS
    if (performance.now() - turn < TURN_MS) continue
    await breath()
    turn = performance.now()
  }
}

/** One turn for everybody else. */
export function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
