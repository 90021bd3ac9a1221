import { machine } from '../../machine/machine.ts'
import { sameBytes } from '../../machine/same-bytes.ts'
import type { RowOwner } from './rows.ts'

/** A payload as it lay in its own row: text, or deflated (see payloads.ts). */
export interface BlockPayload {
  readonly id: number
  readonly text: string
  readonly deflated: boolean
}

/** Payloads of one entity, packed together. */
export interface Block {
  /** The number of its last payload. */
  readonly id: number
  readonly payloads: number
  /** SHA-256 of whose they are and of all that is packed: a block that was moved or changed does not have it. */
  readonly digest: Uint8Array
  readonly body: Uint8Array
}

/** 32 payloads of a store of campaigns take 56 bytes each and are unpacked in 0.04 ms (docs/decisions/0009). */
const MOST_PAYLOADS = 32
/** Long payloads are alike within themselves; a block of them would cost each reader all of it. */
const MOST_CHARACTERS = 131_072
const DIGEST_BYTES = 32

/** Cuts payloads, in the order of their numbers, into what becomes a block each. */
export function cutBlocks(payloads: readonly BlockPayload[]): readonly (readonly BlockPayload[])[] {
  const blocks: BlockPayload[][] = []
  let characters = 0
  for (const payload of payloads) {
    const last = blocks.at(-1)
    if (last === undefined || last.length >= MOST_PAYLOADS || characters + payload.text.length > MOST_CHARACTERS) {
      blocks.push([payload])
      characters = 0
    } else {
      last.push(payload)
    }
    characters += payload.text.length
  }
  return blocks
}

/** Whether a block of so many payloads is as full as blocks become. */
export const isFull = (payloads: number): boolean => payloads >= MOST_PAYLOADS

/**
 * A block's body is raw DEFLATE of a text: a line of JSON, which has for each payload the step from the number before
 * and its length in UTF-16 units times two, plus one where it lay deflated; then the payloads, one after another.
 *
 * @param payloads in the order of their numbers, which are all different
 */
export function packBlock(owner: RowOwner, payloads: readonly BlockPayload[]): Block {
  let before = 0
  const head = payloads.flatMap(({ id, text, deflated }) => {
    const step = id - before
    before = id
    return [step, text.length * 2 + (deflated ? 1 : 0)]
  })
  const whole = `${JSON.stringify(head)}\n${payloads.map(({ text }) => text).join('')}`
  return { id: before, payloads: payloads.length, digest: digestOf(owner, whole), body: machine.deflate(whole) }
}

/** What a block holds, found by number. Throws when it is not what was packed, so that damage is never another text. */
export class OpenBlock {
  readonly digest: Uint8Array
  readonly #whole: string
  readonly #places = new Map<number, { readonly at: number; readonly length: number; readonly deflated: boolean }>()

  constructor(owner: RowOwner, { digest, body }: Pick<Block, 'digest' | 'body'>) {
    this.digest = digest
    this.#whole = machine.inflate(body)
    if (!sameBytes(digest, digestOf(owner, this.#whole))) throw new RangeError('the digest of a block is another')
    const line = this.#whole.indexOf('\n')
    const head = JSON.parse(this.#whole.slice(0, line)) as number[]
    let id = 0
    let at = line + 1
    for (let place = 0; place < head.length; place += 2) {
      id += head[place] as number
      const size = head[place + 1] as number
      const length = Math.floor(size / 2)
      this.#places.set(id, { at, length, deflated: size % 2 === 1 })
      at += length
    }
  }

  /** null: it is not in this block. */
  text(id: number): string | null {
    const place = this.#places.get(id)
    return place === undefined ? null : this.#whole.slice(place.at, place.at + place.length)
  }

  all(): readonly BlockPayload[] {
    return [...this.#places].map(([id, { deflated }]) => ({ id, deflated, text: this.text(id) as string }))
  }
}

function digestOf({ tenantId, id }: RowOwner, whole: string): Uint8Array {
  return machine.eventDigest(`${tenantId}\0${id}\0${whole}`, DIGEST_BYTES)
}
