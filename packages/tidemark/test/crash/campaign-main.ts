// Runs one share of the crash campaign in a process of its own: SEED POINTS. Prints the report as JSON.
import { runCampaign } from './campaign.ts'

const [seed, points] = process.argv.slice(2).map(Number)
process.stdout.write(`${JSON.stringify(await runCampaign({ seed: seed as number, points: points as number }))}\n`)
