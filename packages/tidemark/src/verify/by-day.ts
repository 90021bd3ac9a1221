/** What belongs to one day, of two sources. */
export interface JoinedDay<A, B> {
  readonly day: number
  readonly left: readonly A[]
  readonly right: readonly B[]
}

/** Walks two lists that are in order of days side by side, a day at a time, holding no more than a day of either. */
export async function* joinedByDay<A, B>(
  left: AsyncIterable<A>, leftDay: (one: A) => number, right: AsyncIterable<B>, rightDay: (one: B) => number,
): AsyncGenerator<JoinedDay<A, B>> {
  const lefts = grouped(left, leftDay)
  const rights = grouped(right, rightDay)
  try {
    let a = (await lefts.next()).value
    let b = (await rights.next()).value
    while (a !== undefined || b !== undefined) {
      const day = Math.min(a?.day ?? Infinity, b?.day ?? Infinity)
      yield { day, left: a?.day === day ? a.items : [], right: b?.day === day ? b.items : [] }
      if (a?.day === day) a = (await lefts.next()).value
      if (b?.day === day) b = (await rights.next()).value
    }
  } finally {
    await lefts.return(undefined)
    await rights.return(undefined)
  }
}

/** The items of each day together. */
export async function* grouped<T>(items: AsyncIterable<T>, dayOf: (one: T) => number): AsyncGenerator<{ readonly day: number; readonly items: readonly T[] }, undefined> {
  let day = 0
  let held: T[] = []
  for await (const item of items) {
    const next = dayOf(item)
    if (held.length > 0 && next !== day) {
      yield { day, items: held }
      held = []
    }
    day = next
    held.push(item)
  }
  if (held.length > 0) yield { day, items: held }
}
