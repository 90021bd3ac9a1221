import { checkArchive } from '../archive/inspect-folder.ts'
import { LocalFolder } from '../archive/local-folder.ts'
import { DAY_MS } from '../calendar/day.ts'
import { tzdataVersion } from '../calendar/tzdata.ts'
import { isCollected } from '../definitions/series.ts'
import { clockJump } from '../stores/contract/clock.ts'
import { STORE_FORMAT } from '../stores/contract/schema.ts'
import { bytesText, type DoctorCheck, type DoctorLine, type OpenPatient } from './check.ts'

/** A capture closes days; without one for so long, answers lack days that are long over. */
const STALE_DAYS = 7

const instantText = (at: number): string => new Date(at).toISOString()
const daysText = (ms: number): string => `${Math.max(0, Math.floor(ms / DAY_MS))} days ago`

/** What `declarations` says is to be migrated has no such tables yet. */
const EARLIER = { ok: true, text: 'a store of an earlier layout has none' }

/** What can be looked at in a store that is there. */
export const STORE_CHECKS: readonly DoctorCheck<OpenPatient>[] = [
  {
    name: 'durability',
    run: async ({ inventory }) => {
      const { problems, text } = await inventory.durability()
      return { ok: problems.length === 0, text, ...(problems.length === 0 ? {} : { hint: 'Install the versions that package-lock.json names, and let no other program change the journal mode.' }) }
    },
  },
  {
    name: 'declarations',
    run: async ({ schema, pending }) => {
      const { steps, to } = pending(schema)
      return steps.length === 0
        ? { ok: true, text: `the store holds what is declared, version ${to}` }
        : { ok: false, text: `to be migrated: ${steps.map(({ text }) => text).join('; ')}`, hint: 'See tidemark migrate --dry-run, then run tidemark migrate.' }
    },
  },
  {
    name: 'clock',
    run: async ({ store, now }) => {
      const believed = await store.believedClock()
      const jump = clockJump(now, believed)
      if (jump === null) return { ok: true, text: believed === null ? instantText(now) : `${instantText(now)}; last believed at ${instantText(believed)}` }
      return {
        ok: false, text: `it is ${instantText(now)}, ${Math.round(jump.byMs / DAY_MS)} days ${jump.ahead ? 'after' : 'before'} the store's clock was last believed; nothing is deleted`,
        hint: 'Set the clock right, or confirm it: tidemark tiers run --now INSTANT.',
      }
    },
  },
  {
    name: 'time zones',
    run: async ({ inventory }) => {
      const here = tzdataVersion()
      const others = (await inventory.series()).filter(({ tzdata }) => tzdata !== here)
      return { ok: true, text: others.length === 0 ? `${here}, by which every series was declared` : `${here}; ${others.map(({ name, tzdata }) => `${name} was declared by ${tzdata}`).join(', ')}` }
    },
  },
  {
    name: 'archive files',
    run: async ({ inventory, archivePath }) => {
      const known = (await Promise.all((await inventory.series()).map(({ id }) => inventory.archives(id)))).flat()
      const current = known.filter((one) => one.current).map(({ file }) => file)
      const replaced = new Set(known.filter((one) => !one.current).flatMap(({ file }) => [file.path, `${file.path}.json`]))
      const problems = (await checkArchive(new LocalFolder(archivePath), current)).filter(({ path, reason }) => reason !== 'unexpected' || !replaced.has(path))
      const bytes = current.reduce((sum, file) => sum + file.bytes, 0)
      if (problems.length === 0) return { ok: true, text: current.length === 0 ? 'none yet' : `${current.length} files, ${bytesText(bytes)}, each with the hash it was published with` }
      return { ok: false, text: problems.slice(0, 3).map(({ path, detail }) => `${path}: ${detail}`).join('; ') + (problems.length > 3 ? `; and ${problems.length - 3} more` : ''), hint: 'See all of it with tidemark verify --deep, and put damaged files back from a copy.' }
    },
  },
  {
    name: 'tiers run',
    run: async ({ store }) => {
      const lock = await store.lock('tiers', 0)
      await lock?.release()
      return { ok: true, text: lock === null ? 'one is at work now' : 'none is at work' }
    },
  },
  {
    name: 'quarantine',
    run: async ({ inventory }) => {
      const count = await inventory.quarantined()
      return count === 0 ? { ok: true, text: 'empty' } : { ok: true, text: `${count} events were not accepted`, hint: 'See them with tidemark quarantine list.' }
    },
  },
  {
    name: 'holds',
    run: async ({ store, schema }) => {
      if (schema.format < STORE_FORMAT) return EARLIER
      const holds = (await store.holds.list()).filter(({ lifted }) => lifted === null)
      return holds.length === 0 ? { ok: true, text: 'none in force' } : { ok: true, text: `${holds.length} in force; what they cover is not retired`, hint: 'See them with tidemark hold list.' }
    },
  },
  {
    name: 'erasures',
    run: async ({ store, schema }) => {
      if (schema.format < STORE_FORMAT) return EARLIER
      const open = await store.erasures.open()
      return open.length === 0 ? { ok: true, text: 'none is open' } : { ok: false, text: `${open.length} are not complete`, hint: 'Finish them with tidemark forget --pending.' }
    },
  },
  { name: 'freshness', run: freshness },
  { name: 'size', run: size },
]

/** One line a series: the last capture, and when events last came. */
async function freshness({ inventory, now }: OpenPatient): Promise<readonly DoctorLine[]> {
  const accepted = await inventory.latest('append')
  const came = accepted === null ? 'no event yet' : `events last came ${instantText(accepted.at)}, ${daysText(now - accepted.at)}`
  return Promise.all((await inventory.series()).map(async ({ id, name, definition }): Promise<DoctorLine> => {
    const events = isCollected(definition) ? 'collected from its source' : came
    const at = (await inventory.captures(id)).reduce((latest, capture) => Math.max(latest, capture.at), -Infinity)
    const line = { name: `freshness of ${name}` }
    if (at === -Infinity) return { ...line, ok: true, text: `never captured; ${events}`, ...(accepted === null || isCollected(definition) ? {} : { hint: `Close its days with tidemark capture ${name}.` }) }
    const text = `captured ${instantText(at)}, ${daysText(now - at)}; ${events}`
    return now - at <= STALE_DAYS * DAY_MS ? { ...line, ok: true, text } : { ...line, ok: false, text, hint: isCollected(definition) ? `Capture it with tidemark capture ${name}, or let tidemark run do so.` : `Close the days since with tidemark capture ${name}.` }
  }))
}

async function size({ inventory, schema, now }: OpenPatient): Promise<Omit<DoctorLine, 'name'>> {
  const sizes = await inventory.sizes()
  const bytes = sizes.reduce((sum, one) => sum + one.bytes, 0)
  const since = schema.migrations[0]?.at ?? now
  const days = Math.floor((now - since) / DAY_MS)
  const growth = days >= 1 ? `, ${bytesText(bytes / days)} a day since ${instantText(since).slice(0, 10)}` : ''
  return { ok: true, text: `${bytesText(bytes)}${growth}: ${sizes.map((one) => `${one.name} ${bytesText(one.bytes)}`).join(', ')}` }
}
