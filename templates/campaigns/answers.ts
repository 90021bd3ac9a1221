// node answers.ts NAME --company ID [--campaign NAME|ID] [--from DAY --to DAY] [--grain G] [--horizon N] [--most N] [--now INSTANT]
// One of the sixteen answers as JSON.
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Grain, open } from 'tidemark'
import { MENU } from './answers/menu.ts'
import { wordsOf } from './answers/words.ts'
import config from './tidemark.config.ts'

const { values, positionals: [name = ''] } = parseArgs({ allowPositionals: true, options: {
  company: { type: 'string' }, campaign: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, grain: { type: 'string' },
  horizon: { type: 'string' }, most: { type: 'string' }, now: { type: 'string' },
} })
const dish = MENU[name]
if (dish === undefined) {
  process.stderr.write(`${name === '' ? 'which answer?' : `there is no answer ${JSON.stringify(name)}`} One of: ${Object.keys(MENU).join(', ')}.\n`)
  process.exit(2)
}
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const app = new DatabaseSync(at('app.db'), { readOnly: true })
// The application lives on a clock of its own: what it has not lived yet has not happened.
const now = values.now === undefined ? Number(app.prepare('SELECT lived_to FROM world').get()?.['lived_to']) : Date.parse(values.now)
const tm = await open({ ...config, store: `sqlite:${at('history.db')}`, archive: at('archive'), sources: { app: `sqlite:${at('app.db')}` }, now: () => now })
try {
  const { company, campaign, from, to } = values
  const { answer } = await dish.ask(tm, wordsOf(app, now, {
    company, campaign, from, to, ...(values.grain === undefined ? {} : { grain: values.grain as Grain }),
    ...(values.horizon === undefined ? {} : { horizon: Number(values.horizon) }), ...(values.most === undefined ? {} : { most: Number(values.most) }),
  }))
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
} finally {
  await tm.close()
  app.close()
}
