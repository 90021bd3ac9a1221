/** Entities that a connection keeps at most: some 200 bytes each, so 24 MB. To list 100,000 takes 130 ms, for every question of all windows. */
export const MOST_ENTITIES = 120_000
/** Rows out of blocks that it keeps at most: some 250 bytes each, so 12 MB. To take 50,000 windows of a company out of theirs takes 20 ms. */
export const MOST_PACKED = 50_000
/** Answers that it keeps at most, whatever is in them. */
const MOST_KEPT = 500

/**
 * What a connection has read, for as long as nobody writes to the store: the next snapshot sees the same. What is kept
 * is nobody's to change.
 */
export class KeptReads {
  readonly #most: number
  #version = -1
  #size = 0
  readonly #kept = new Map<string, unknown>()

  /** @param most of what is listed, all lists together */
  constructor(most: number) {
    this.#most = most
  }

  /** Forgets all when the store has changed. @param version `PRAGMA data_version`, asked inside the transaction that begins */
  renew(version: number): void {
    if (version === this.#version) return
    this.#version = version
    this.forget()
  }

  /** What was read under this key, or is read now. */
  of<T>(key: string, read: () => T): T {
    if (this.#kept.has(key)) return this.#kept.get(key) as T
    const found = read()
    const size = Array.isArray(found) ? found.length : 0
    if (size > this.#most) return found
    if (this.#size + size > this.#most || this.#kept.size >= MOST_KEPT) this.forget()
    this.#size += size
    this.#kept.set(key, found)
    return found
  }

  /** For whoever writes on the very connection: its own writes do not change the version that it sees. */
  forget(): void {
    this.#kept.clear()
    this.#size = 0
  }
}
