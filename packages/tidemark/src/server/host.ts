import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Whether an address, or the name of one, reaches this machine alone. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (bare === 'localhost') return true
  if (isIP(bare) === 0) return false
  return ipaddr.process(bare).range() === 'loopback'
}

/** The name in a `Host` header without its port; null when it is none. */
function hostName(header: string | undefined): string | null {
  const found = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(header ?? '')
  return found === null ? null : (found[1] as string).toLowerCase()
}

/**
 * Whether a request may name this host. A page of another site can have its own name resolve to 127.0.0.1 and then read
 * what is served there as its own; it cannot have the browser send another `Host`. So what listens on this machine
 * alone answers to its own names alone.
 */
export function isServedHost(header: string | undefined, { listening, names }: { readonly listening: string; readonly names: readonly string[] }): boolean {
  const name = hostName(header)
  if (name === null) return false
  if (names.includes(name.replace(/^\[|\]$/g, ''))) return true
  return isLoopback(listening) ? isLoopback(name) : names.length === 0
}
