// Puts histories to the model and to this copy's engine: FIRST COUNT. Prints the first difference as JSON, or null.
import { runHistories } from '../histories/run.ts'

const [first, count] = process.argv.slice(2).map(Number)
const { differences } = await runHistories(first as number, count as number)
process.stdout.write(`${JSON.stringify(differences[0] ?? null)}\n`)
