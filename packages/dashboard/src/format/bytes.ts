const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** `1.2 MB`: thousands of bytes, as disks are sold. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1]
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}
