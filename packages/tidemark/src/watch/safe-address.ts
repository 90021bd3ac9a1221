import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { AddressRange } from './address-range.ts'

/** All of IPv6 that is given out to the public; what lies outside it is reserved, or means an IPv4 address in another form. */
const PUBLIC_IPV6 = ipaddr.parseCIDR('2000::/3')

/** Public by the registry, but in every virtual machine of Azure the host that manages it. */
const HOST_OF_AZURE = '168.63.129.16'

/** Whether one of the ranges holds the address. An IPv4 range holds no IPv6 form of its addresses: those are named by themselves. */
export function isWithin(address: string, ranges: readonly AddressRange[]): boolean {
  const family = isIP(address)
  if (family === 0) return false
  const parsed = ipaddr.parse(address)
  return ranges.some((range) => range.family === family && parsed.match(ipaddr.parse(range.address), range.bits))
}

/**
 * Why nothing is sent to an address; null: it is public. Loopback, private, link-local (with the metadata service of
 * clouds), shared (CGNAT), multicast, reserved and documentation ranges are not, nor is any IPv6 form that carries an IPv4
 * address (mapped, 6to4, NAT64, Teredo): a translator on the way could lead it anywhere.
 *
 * @param address as a resolver gives it: four decimal numbers, or IPv6, perhaps with a zone
 */
export function whyNotPublic(address: string): string | null {
  const family = isIP(address)
  if (family === 0) return 'no address'
  if (address === HOST_OF_AZURE) return 'the host of a virtual machine'
  const parsed = ipaddr.parse(address)
  const range = parsed.range()
  if (range !== 'unicast') return range
  return family === 4 || parsed.match(PUBLIC_IPV6) ? null : 'reserved'
}
