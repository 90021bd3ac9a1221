import { amountText } from '../format/amount.ts'
import css from './health.module.css'
import { type ToldTier, tierTitle } from './standing.ts'

/** Stripes beside colours, so that parts are told apart without them. */
const STRIPES = ['', 'repeating-linear-gradient(45deg, transparent 0 4px, var(--tm-surface) 4px 6px)', 'repeating-linear-gradient(90deg, transparent 0 4px, var(--tm-surface) 4px 6px)', 'radial-gradient(var(--tm-surface) 1.5px, transparent 2px) 0 0 / 7px 7px'] as const

function ground(place: number, hues: readonly string[]): { readonly background: string } {
  const hue = hues[place % hues.length] as string
  const stripes = STRIPES[place % STRIPES.length]
  return { background: stripes === '' ? hue : `${stripes}, ${hue}` }
}

/** How the bytes of a series divide between where they lie. The table below has the same in numbers. */
export function TierBar({ tiers, hues }: { readonly tiers: readonly ToldTier[]; readonly hues: readonly string[] }) {
  const filled = tiers.filter(({ bytes, rows }) => bytes > 0 && rows > 0)
  const all = filled.reduce((sum, { bytes }) => sum + bytes, 0)
  return (
    <>
      <div className={css['bar']} aria-hidden="true">
        {filled.map(({ tier, bytes }, place) => <div key={tier} className={css['part']} title={`${tierTitle(tier)}: ${amountText(bytes, 'bytes')}`} style={{ flexGrow: bytes / all, flexBasis: 0, ...ground(place, hues) }} />)}
      </div>
      <ul className={css['key']}>
        {filled.map(({ tier, bytes }, place) => <li key={tier}><span className={css['swatch']} style={ground(place, hues)} aria-hidden="true" />{tierTitle(tier)}: {amountText(bytes, 'bytes')}</li>)}
      </ul>
    </>
  )
}
