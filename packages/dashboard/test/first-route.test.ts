import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type BuiltFile, firstRoute, gzippedBytes } from '../build/first-route.ts'
import { PALETTES } from '../src/charts/palette.ts'

const file = (name: string, imports: readonly string[], styles: readonly string[] = []): readonly [string, BuiltFile] => [name, { name, bytes: randomBytes(1000), imports, styles }]

test('the first route is the entry, all that it imports at once, and their styles; not what comes later', () => {
  const files = new Map([file('entry.js', ['a.js'], ['entry.css']), file('a.js', ['entry.js'], ['a.css']), file('chart.js', []), file('entry.css', []), file('a.css', [])])
  const names = firstRoute(files, 'entry.js')
  expect([...names].sort()).toEqual(['a.css', 'a.js', 'entry.css', 'entry.js'])
  expect(gzippedBytes(files, names)).toBeGreaterThan(4000)
})

/** Contrast of two colours by WCAG. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, place) => sum + part * ([0.2126, 0.7152, 0.0722][place] ?? 0), 0)
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

// Canvas is out of axe's sight.
test.each(Object.entries(PALETTES))('text on charts can be read in the %s theme', (_name, { surface, text, faint }) => {
  expect(Math.min(contrast(text, surface), contrast(faint, surface))).toBeGreaterThanOrEqual(4.5)
})

test.each(Object.entries(PALETTES))('the first four lines of a chart stand out from its ground in the %s theme', (_name, { surface, hues }) => {
  expect(Math.min(...hues.slice(0, 4).map((hue) => contrast(hue, surface)))).toBeGreaterThanOrEqual(2.9)
})
