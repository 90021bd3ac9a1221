// Runs one share of the crash campaign in a process of its own: SEED POINTS [ONLY]. Prints the report as JSON.
import { runCampaign } from './campaign.ts'

const [seed, points, only = ''] = process.argv.slice(2)
process.stdout.write(`${JSON.stringify(await runCampaign({ seed: Number(seed), points: Number(points), only }))}\n`)
