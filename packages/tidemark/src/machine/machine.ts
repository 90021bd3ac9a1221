import { nodeMachine } from './node-machine.ts'
import { portableMachine } from './portable-machine.ts'

/** What is needed of the machine beside SQLite. Every machine gives the same, but for `randomHex` and the very bytes of `deflate`. */
export interface Machine {
  /** The first 16 bytes of SHA-256 over the UTF-8 of a text: the digest of a row. */
  sha256(text: string): Uint8Array
  /** The first bytes of the same, for events, which go to another thread by the thousand. */
  eventDigest(text: string, bytes: number): Uint8Array
  /** Lower-case hex of HMAC-SHA-256 over the UTF-8 of a text. */
  hmacHex(keyHex: string, text: string): string
  /** Raw DEFLATE of the UTF-8 of a text. */
  deflate(text: string): Uint8Array
  inflate(bytes: Uint8Array): string
  /** So many bytes that nobody can guess, as lower-case hex. */
  randomHex(bytes: number): string
}

/**
 * The machine that this program runs on. Chosen as it is loaded, once: Node's own parts take half the time of portable ones and less,
 * and a bundle for a browser finds no built-in named here.
 */
export const machine: Machine = nodeMachine() ?? portableMachine
