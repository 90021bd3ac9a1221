// Figures as Markdown tables.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Published, PublishedCase, Table } from './case.ts'

const BEGIN = '<!-- figures: written by a bench with --publish -->'
const END = '<!-- end of figures -->'

export function figures({ cases }: Published): string {
  const parts = Object.entries(cases).map(([name, { tables, goals, scale, seconds, load, note, machine }]) => [
    `### ${name}`,
    `Scale ${scale}; ${seconds} s; load average ${load.join(' before, ')} after${note === '' ? '' : `; ${note}`}. ${Object.entries(machine).map(([key, value]) => `${key} ${value}`).join(', ')}.`,
    ...tables.map(tableText),
    ...(goals.length === 0 ? [] : [['| goal | measured | met |', '|---|---|---|', ...goals.map(({ goal, measured, met }) => `| ${goal} | ${measured} | ${met ? 'yes' : '**no**'} |`)].join('\n')]),
  ].join('\n\n'))
  return parts.join('\n\n')
}

/** What some parts of a case measured, put into what is published of the whole: rows by their system, tables by their title. */
export function withParts(before: PublishedCase | undefined, after: PublishedCase): PublishedCase {
  if (before === undefined || before.scale !== after.scale) return after
  return { ...after, seconds: before.seconds + after.seconds, tables: joined(before.tables, after.tables, ({ title }) => title, joinedRows), goals: joined(before.goals, after.goals, ({ goal }) => goal, (_, goal) => goal) }
}

function joined<One>(before: readonly One[], after: readonly One[], nameOf: (one: One) => string, join: (before: One, after: One) => One): readonly One[] {
  const old = new Map(before.map((one) => [nameOf(one), one]))
  const fresh = new Map(after.map((one) => [nameOf(one), one]))
  return [
    ...before.map((one) => { const now = fresh.get(nameOf(one)); return now === undefined ? one : join(one, now) }),
    ...after.filter((one) => !old.has(nameOf(one))),
  ]
}

function joinedRows(before: Table, after: Table): Table {
  return { ...after, rows: [...before.rows.filter(([system]) => !after.rows.some(([name]) => name === system)), ...after.rows] }
}

function tableText({ title, columns, rows }: Table): string {
  return [
    `**${title}**`, '',
    `| ${columns.join(' | ')} |`, `|${columns.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.map((cell) => (cell === null ? '–' : typeof cell === 'number' ? cell.toLocaleString('en-US', { maximumFractionDigits: 3 }) : cell)).join(' | ')} |`),
  ].join('\n')
}

export function intoPage(path: string, published: Published): void {
  const page = readFileSync(path, 'utf8')
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from < 0 || to < from) throw new Error(`${path} has no place for the figures`)
  writeFileSync(path, `${page.slice(0, from + BEGIN.length)}\n\n${figures(published)}\n\n${page.slice(to)}`)
}
