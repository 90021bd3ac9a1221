import { existsSync } from 'node:fs'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] as const

/** The machine's own Chromium; null where there is none. */
export const CHROMIUM: string | null = process.env['TIDEMARK_CHROMIUM'] ?? PLACES.find((path) => existsSync(path)) ?? null

export function sayWhenNot(): void {
  if (CHROMIUM === null) console.log('Chromium is not installed: the dashboard is NOT tested in a browser (apt-get install chromium)')
}
