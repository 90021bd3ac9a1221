import { openInput } from '../events/open-input.ts'
import { csvRows } from '../events/csv.ts'
import { jsonRows } from '../events/ndjson.ts'

/** The records of a small file by their column names: CSV with a header, or NDJSON. What is no record is left as its text. */
export async function readRecords(path: string): Promise<readonly unknown[]> {
  const input = await openInput(path)
  const records: { line: number; record: unknown }[] = []
  if (input.format === 'ndjson') {
    for await (const { rows, rejects } of jsonRows(input.text)) {
      for (const { line, record } of rows) records.push({ line, record })
      for (const { line, raw } of rejects) records.push({ line, record: raw })
    }
  } else {
    let header: readonly string[] | null = null
    for await (const { rows, rejects } of csvRows(input.text, input.name)) {
      for (const { line, cells } of rows) {
        if (header === null) header = cells.map((cell) => cell.trim())
        else records.push({ line, record: Object.fromEntries(header.map((name, index) => [name, cells[index] === '' ? undefined : cells[index]])) })
      }
      for (const { line, raw } of rejects) records.push({ line, record: raw })
    }
  }
  return records.sort((a, b) => a.line - b.line).map(({ record }) => record)
}
