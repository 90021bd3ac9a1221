/**
 * Reads the tenant of an event as it was sent: of JSON its field, or of a retraction `tenant`; of a line of CSV, which
 * carries its header along, its column. Anything that could be read in two ways is nobody's.
 */
export function tenantOfRaw(raw: string, field: string): string | null {
  if (raw.trimStart().startsWith('{')) {
    try {
      const record = JSON.parse(raw) as Readonly<Record<string, unknown>>
      const value = Object.hasOwn(record, 'retract') && Object.hasOwn(record, 'tenant') && !Object.hasOwn(record, field) ? record['tenant'] : record[field]
      return typeof value === 'string' && value !== '' ? value : null
    } catch {
      return null
    }
  }
  const [header, line, ...more] = raw.split(/\r?\n/).filter((one) => one !== '')
  if (header === undefined || line === undefined || more.length > 0 || raw.includes('"')) return null
  const [names, cells] = [header.split(','), line.split(',')]
  const place = names.indexOf(field)
  return names.length !== cells.length || place < 0 || names.lastIndexOf(field) !== place ? null : cells[place] || null
}
