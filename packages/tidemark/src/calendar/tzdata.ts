/**
 * The version of the time zone database that local days are computed with, such as `2026c`; `unknown` where the
 * platform does not tell. Read from the global, because the portable core has no Node types.
 */
export function tzdataVersion(): string {
  const host = globalThis as { readonly process?: { readonly versions?: { readonly tz?: string } } }
  return host.process?.versions?.tz ?? 'unknown'
}
