import { isIP } from 'node:net'

/** A range of addresses: `127.0.0.1/32`, `fd00::/8`, or one address alone. */
export interface AddressRange {
  readonly family: 4 | 6
  readonly address: string
  /** How many leading bits an address of the range shares with it. */
  readonly bits: number
}

/** Reads a range; null when the text is none. Only the usual forms: four decimal numbers, or IPv6 without a zone. */
export function readRange(text: unknown): AddressRange | null {
  if (typeof text !== 'string') return null
  const [, address = '', length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  if (family !== 4 && family !== 6) return null
  const most = family === 4 ? 32 : 128
  const bits = length === undefined ? most : Number(length)
  return bits <= most ? { family, address, bits } : null
}
