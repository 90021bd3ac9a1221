export interface Column {
  readonly title: string
  /** Numbers stand to the right, so that their digits line up. */
  readonly align: 'left' | 'right'
}

/** A table for people: columns as wide as what is in them, two spaces apart, numbers to the right. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) => Math.max(column.title.length, ...rows.map((row) => (row[index] ?? '').length)))
  const line = (cells: readonly string[]) => columns
    .map((column, index) => {
      const cell = cells[index] ?? ''
      return column.align === 'right' ? cell.padStart(widths[index] as number) : cell.padEnd(widths[index] as number)
    })
    .join('  ').trimEnd()
  return [line(columns.map((column) => column.title)), ...rows.map(line)].join('\n')
}

/** 41036 as `41,036`: for people only. */
export function grouped(count: number | bigint): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** `12.3 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = -1
  do {
    value /= 1000
    unit++
  } while (value >= 999.95 && unit < units.length - 1)
  return `${value.toFixed(1)} ${units[unit]}`
}
