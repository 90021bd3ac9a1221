import type { DatabaseSync } from 'node:sqlite'
import type { Dashboard, Panel } from '../../src/grafana/dashboard.ts'

export type Row = Readonly<Record<string, string | number | null>>

/** What stands at the head of a dashboard when its panels are asked. */
export interface Chosen {
  /** Epoch milliseconds, as Grafana gives them. */
  readonly from: number
  readonly to: number
  readonly variables: Readonly<Record<string, string>>
}

/** A text of SQL as Grafana sends it: the range as milliseconds, `${name:sqlstring}` in quotation marks. */
export function interpolated(sql: string, { from, to, variables }: Chosen): string {
  return sql.replaceAll('$__from', String(from)).replaceAll('$__to', String(to)).replaceAll(/\$\{(\w+):sqlstring\}/g, (_, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`no variable ${name}`)
    return `'${value.replaceAll("'", "''")}'`
  })
}

/** The rows of a panel of the SQLite plugin, read as the plugin reads them; throws for what it would read wrongly. */
export function rowsOf(db: DatabaseSync, { title, targets: [target] }: Pick<Panel, 'title' | 'targets'>, chosen: Chosen): readonly Row[] {
  const { rawQueryText, timeColumns } = target as unknown as { rawQueryText: string; timeColumns: readonly string[] }
  const text = interpolated(rawQueryText, chosen)
  const rows = db.prepare(text).all() as Row[]
  const names = db.prepare(text).columns().map(({ name }) => name)
  for (const name of timeColumns) {
    if (!names.includes(name)) throw new Error(`${title}: no column ${name} for a time`)
    let before = ''
    for (const row of rows) {
      const value = row[name]
      // A bare date would be lost.
      if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) throw new Error(`${title}: ${JSON.stringify(value)} is no time`)
      if (value <= before) throw new Error(`${title}: times do not ascend at ${value}`)
      before = value
    }
  }
  // The plugin gives a column the type of its first value and cuts the others down to it.
  const classes = db.prepare(`SELECT ${names.map((name) => `group_concat(DISTINCT nullif(typeof(${quoted(name)}), 'null')) AS ${quoted(name)}`).join(', ')} FROM (${text})`).get() as Row
  for (const [name, kinds] of Object.entries(classes)) if (String(kinds ?? '').includes(',')) throw new Error(`${title}: ${name} is ${kinds}`)
  return rows
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** What a dashboard lacks of the model of Grafana, or says twice. Checks what `Dashboard` of `@grafana/schema` cannot: places, names and references. */
export function problemsOf(dashboard: Dashboard): readonly string[] {
  const problems: string[] = []
  const { panels, templating, uid, title } = JSON.parse(JSON.stringify(dashboard)) as Dashboard
  if (!/^[\w-]{1,40}$/.test(uid)) problems.push(`uid ${uid}`)
  if (title === '') problems.push('no title')
  if (new Set(panels.map(({ id }) => id)).size !== panels.length) problems.push('two panels of one id')
  const variables = new Set(templating.list.map(({ name }) => name))
  const taken = new Map<string, string>()
  for (const panel of panels) {
    const { x, y, w, h } = panel.gridPos
    if (x < 0 || x + w > 24 || w < 1 || h < 1) problems.push(`${panel.title} does not fit the grid`)
    for (let column = x; column < x + w; column++) for (let row = y; row < y + h; row++) {
      const cell = `${column} ${row}`
      if (taken.has(cell)) problems.push(`${panel.title} lies on ${taken.get(cell)}`)
      taken.set(cell, panel.title)
    }
    if (panel.targets.length === 0) problems.push(`${panel.title} asks nothing`)
    for (const target of panel.targets) {
      if (target.datasource.uid !== panel.datasource.uid) problems.push(`${panel.title} asks another source`)
      for (const [, name = ''] of JSON.stringify(target).matchAll(/\$\{(\w+)[:}]/g)) if (!name.startsWith('__') && !variables.has(name)) problems.push(`${panel.title} names ${name}`)
    }
  }
  return [...new Set(problems)]
}
