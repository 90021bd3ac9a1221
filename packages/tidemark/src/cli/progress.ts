import { monotonicMs } from '../clock.ts'

interface Sink {
  write(text: string): unknown
  readonly columns?: number
}

const REDRAW_MS = 80
/** Without a terminal, a log of lines: the first soon enough to be seen, the others far enough apart to be read. */
const LINE_MS = 5_000

/** What a command is doing, on stderr: one moving line at a terminal, now and then a plain line elsewhere. */
export class Progress {
  readonly #sink: Sink
  readonly #moving: boolean
  #shownAt = 0
  #drawn = false

  constructor(sink: Sink, options: { readonly moving: boolean }) {
    this.#sink = sink
    this.#moving = options.moving
    this.#shownAt = monotonicMs()
  }

  /** Where a step stands. Cheap enough to be called for every batch. */
  update(text: string): void {
    const now = monotonicMs()
    if (now - this.#shownAt < (this.#moving ? REDRAW_MS : LINE_MS)) return
    this.#shownAt = now
    if (this.#moving) this.#draw(text)
    else this.#sink.write(`${text}\n`)
  }

  /** A step that is done; always shown. */
  done(text: string): void {
    this.clear()
    this.#sink.write(`${text}\n`)
    this.#shownAt = monotonicMs()
  }

  /** Removes the moving line, before anything else is written. */
  clear(): void {
    if (!this.#drawn) return
    this.#sink.write('\r\u001b[2K')
    this.#drawn = false
  }

  #draw(text: string): void {
    const width = (this.#sink.columns ?? 80) - 1
    this.#sink.write(`\r\u001b[2K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`)
    this.#drawn = true
  }
}
