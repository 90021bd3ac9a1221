import type { LinksPanel } from '../../../tidemark/src/panels/panel.ts'
import { amountText, headed, rawText } from '../format/amount.ts'
import css from './panel.module.css'
import type { PictureProps } from './panel-picture.tsx'
import { at, rowsAt } from './path.ts'
import { SafeLink } from './safe-link.tsx'

/** Texts with links to where they come from, each with its score. */
export function LinksPicture({ panel, document }: PictureProps<LinksPanel>) {
  return (
    <ol className={css['links']}>
      {rowsAt(document, panel.rows).map((row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same text may stand there twice
        <li key={place}>
          <span className={css['score']}><span className={css['cardUnit']}>{headed(panel.score.title)} </span>{amountText(at(row, panel.score.path))}</span>
          <span><SafeLink url={rawText(at(row, panel.url)) ?? ''}>{rawText(at(row, panel.text)) ?? amountText(null)}</SafeLink></span>
          {panel.facts.length > 0 && <span className={css['linkFacts']}>{panel.facts.map(({ title, path }) => `${headed(title)}: ${amountText(at(row, path))}`).join(' · ')}</span>}
        </li>
      ))}
    </ol>
  )
}
