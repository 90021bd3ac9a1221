// Runs one share of the damage campaign in a process of its own: SEED CASES. Prints the report as JSON.
import { runDamages } from './campaign.ts'

const [seed, cases] = process.argv.slice(2).map(Number)
process.stdout.write(`${JSON.stringify(await runDamages({ seed: seed as number, cases: cases as number }))}\n`)
