import { TidemarkError } from '../errors.ts'

// The types of a request say as much; requests also come from JavaScript.

export function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value
  throw new TidemarkError('REQUEST_INVALID', `${where} is text, not ${String(value)}`, { where })
}

export function list(value: unknown, where: string): readonly string[] {
  if (Array.isArray(value)) return value.map((item) => text(item, where))
  throw new TidemarkError('REQUEST_INVALID', `${where} is a list, not ${String(value)}`, { where })
}
