// Compiled, never run: what an answer of a project may be declared with, and what it is asked with.
import { type Answer, answer, type Config, defineConfig, type Panel, type Reader, type Tidemark } from '../../src/index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const check = <_Holds extends true>(): void => {}

export const busiest = answer('busiest', {
  title: 'Busiest', summary: 'The busiest days.', words: { tenant: 'required', horizon: 'optional' }, panel: null, coverage: { path: 'coverage' },
  async ask(reader, words) {
    check<Same<typeof words.tenant, string>>()
    check<Same<typeof words.horizon, number | undefined>>()
    // @ts-expect-error it does not take an entity
    void words.entity
    return { now: reader.now, days: [1] }
  },
})
export const given: Promise<{ now: number; days: number[] }> = busiest.ask(null as unknown as Reader, { tenant: 'acme' })
// @ts-expect-error the tenant must be given
void busiest.ask(null as unknown as Reader, {})

// An open history is a reader, and every answer can stand in a configuration
export const reader: Reader = null as unknown as Tidemark
export const all: readonly Answer[] = [busiest]
export const config: Config = defineConfig({ store: 'sqlite:x.db', series: [], answers: [busiest] })

// @ts-expect-error nothing is drawn as a pie
export const pie: Panel = { draw: 'pie', rows: 'rows' }
export const radar: Panel = { draw: 'radar', rows: 'axes', axis: 'name', value: 'value', before: 'before', least: 0, most: 100 }
// @ts-expect-error a radar has no columns
export const columns: Panel = { draw: 'radar', rows: 'axes', axis: 'name', value: 'value', before: 'before', least: 0, most: 100, columns: [] }
// @ts-expect-error a path is text
export const path: Panel = { draw: 'radar', rows: 7, axis: 'name', value: 'value', before: 'before', least: 0, most: 100 }
// @ts-expect-error nobody says a colour
answer('wrong', { title: 'a', summary: 'b', words: { colour: 'required' }, panel: null, coverage: { path: 'coverage' }, ask: async () => ({}) })
