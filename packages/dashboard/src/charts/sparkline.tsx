const WIDTH = 120
const HEIGHT = 32
const EDGE = 3

/** The pieces of a line between its gaps, in the units of the drawing. */
export function sparkPieces(values: readonly (number | null)[], width: number, height: number): readonly (readonly (readonly [number, number])[])[] {
  const known = values.filter((value) => value !== null)
  const [least, greatest] = [Math.min(...known), Math.max(...known)]
  const pieces: [number, number][][] = [[]]
  for (const [place, value] of values.entries()) {
    if (value === null) {
      pieces.push([])
      continue
    }
    const x = values.length === 1 ? width / 2 : EDGE + (width - 2 * EDGE) * place / (values.length - 1)
    const y = greatest === least ? height / 2 : height - EDGE - (height - 2 * EDGE) * (value - least) / (greatest - least)
    pieces.at(-1)?.push([Math.round(x * 10) / 10, Math.round(y * 10) / 10])
  }
  return pieces.filter((piece) => piece.length > 0)
}

/** The shape of what led to a number. The number itself is told beside it, so screen readers are spared the drawing. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }) {
  const pieces = sparkPieces(values, WIDTH, HEIGHT)
  const last = pieces.at(-1)?.at(-1)
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" height={HEIGHT} preserveAspectRatio="none" aria-hidden="true" focusable="false" data-sparkline={values.length}>
      {pieces.map((piece) => <polyline key={piece[0]?.join()} points={piece.map((point) => point.join()).join(' ')} fill="none" stroke="var(--tm-main-fill)" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />)}
      {last !== undefined && <polyline points={`${last.join()} ${last.join()}`} fill="none" stroke="var(--tm-main-fill)" strokeWidth="6" strokeLinecap="round" vectorEffect="non-scaling-stroke" />}
    </svg>
  )
}
