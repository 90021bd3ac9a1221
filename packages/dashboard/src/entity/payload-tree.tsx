import { MISSING, rawText, wordsOf } from '../format/amount.ts'
import { SafeLink } from '../panels/safe-link.tsx'
import css from './entity.module.css'

/** How many leaves a branch may have and still be open at first. */
const MOST_OPEN = 6

/** A stored state as it was given, to open branch by branch. Values are told as they are written: nobody declared what they are in. */
export function PayloadTree({ title, value, open = false }: { readonly title: string; readonly value: unknown; readonly open?: boolean }) {
  return <div className={css['tree']}><Branch title={title} value={value} open={open} /></div>
}

function Branch({ title, value, open }: { readonly title: string; readonly value: unknown; readonly open: boolean }) {
  if (value === null || typeof value !== 'object') return <div className={css['leaf']}><span>{title}</span><Leaf value={value} /></div>
  const list = Array.isArray(value)
  const children: readonly (readonly [string, unknown])[] = list ? value.map((one: unknown, place) => [String(place + 1), one] as const) : Object.entries(value)
  if (children.length === 0) return <div className={css['leaf']}><span>{title}</span><span>none</span></div>
  return (
    <details open={open}>
      <summary>{title} <span className={css['count']}>{children.length} {list ? (children.length === 1 ? 'entry' : 'entries') : (children.length === 1 ? 'field' : 'fields')}</span></summary>
      <ul>{children.map(([key, child]) => <li key={key}><Branch title={list ? key : wordsOf(key)} value={child} open={open && isSmall(child)} /></li>)}</ul>
    </details>
  )
}

function isSmall(value: unknown): boolean {
  return value !== null && typeof value === 'object' && Object.values(value).length <= MOST_OPEN && Object.values(value).every((one) => one === null || typeof one !== 'object')
}

function Leaf({ value }: { readonly value: unknown }) {
  const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : rawText(value)
  return <span data-leaf={rawText(value) ?? ''}>{text === null || text === '' ? MISSING : <SafeLink url={text}>{text}</SafeLink>}</span>
}
