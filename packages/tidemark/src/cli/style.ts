/** Colour for people at a terminal; without one, and with NO_COLOR or --plain, the text as it is. */
export class Style {
  readonly #coloured: boolean

  constructor(coloured: boolean) {
    this.#coloured = coloured
  }

  bold(text: string): string {
    return this.#wrap(1, 22, text)
  }

  dim(text: string): string {
    return this.#wrap(2, 22, text)
  }

  red(text: string): string {
    return this.#wrap(31, 39, text)
  }

  green(text: string): string {
    return this.#wrap(32, 39, text)
  }

  #wrap(on: number, off: number, text: string): string {
    return this.#coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text
  }
}
