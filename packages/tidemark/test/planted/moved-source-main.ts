// Archives while events come, on this copy: FIRST COUNT. Prints what went wrong as JSON, or null.
import { archiveWhileEventsCome } from '../crash/moved-source.ts'

const [first, count] = process.argv.slice(2).map(Number) as [number, number]
let wrong: string | null = null
for (let seed = first; seed < first + count && wrong === null; seed++) wrong = (await archiveWhileEventsCome(seed))[0] ?? null
process.stdout.write(`${JSON.stringify(wrong)}\n`)
