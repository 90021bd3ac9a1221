import { TidemarkError } from '../errors.ts'

const PATTERN = /^[A-Za-z][A-Za-z0-9_]{0,47}$/

/** Words that answers, rows and views already use. */
const RESERVED = new Set([
  'tenant', 'entity', 'group', 'period', 'coverage', 'widened', 'measures', 'from', 'to', 'bucket', 'cell', 'days',
  'txn', 'version', 'revision', 'facts', 'digest', 'grain', 'time', 'expected', 'present', 'reasons', 'rowid',
])

/** What every object has (`constructor`) would be found in every table that is looked up by name. */
function isReserved(name: string): boolean {
  return RESERVED.has(name.toLowerCase()) || name in Object.prototype
}

/** Throws NAME_UNUSABLE unless `name` can be a table, a column and a key of an answer. */
export function checkName(what: string, name: string, where: string): void {
  if (typeof name === 'string' && PATTERN.test(name) && !isReserved(name) && !/^(tm_|tidemark|sqlite_)/i.test(name)) return
  const reserved = typeof name === 'string' && PATTERN.test(name)
  throw new TidemarkError('NAME_UNUSABLE', `${what} cannot be named ${JSON.stringify(name)}`, {
    where,
    ...(reserved ? { why: `${JSON.stringify(name)} is reserved: answers, rows or views already use it.` } : {}),
  })
}

/** Throws NAME_TAKEN when two of `names` differ in case only, or not at all. */
export function checkDistinct(what: string, names: readonly string[], where: string): void {
  const seen = new Map<string, string>()
  for (const name of names) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined) {
      throw new TidemarkError('NAME_TAKEN', `two ${what} are named ${other === name ? name : `${other} and ${name}`}`, { where })
    }
    seen.set(name.toLowerCase(), name)
  }
}
