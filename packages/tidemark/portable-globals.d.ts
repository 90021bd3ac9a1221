/**
 * What every JavaScript platform has beside the language: browsers and their workers, Node, React Native. The portable part is
 * compiled with these and no other globals.
 */
declare function setTimeout(work: () => void, waitMs?: number): number
declare function clearTimeout(timer: number | undefined): void
declare const performance: { now(): number }

interface AbortSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}
declare const AbortSignal: { readonly prototype: AbortSignal; any(signals: readonly AbortSignal[]): AbortSignal }
declare class AbortController {
  readonly signal: AbortSignal
  abort(): void
}

declare class TextEncoder {
  encode(text: string): Uint8Array
}
declare class TextDecoder {
  constructor(encoding: 'utf-8', options: { readonly ignoreBOM: boolean })
  decode(bytes: Uint8Array): string
}
