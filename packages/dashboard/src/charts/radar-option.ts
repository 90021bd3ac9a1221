import type { EChartsOption } from 'echarts'
import type { RadarPanel } from '../../../tidemark/src/panels/panel.ts'
import { amountText, placeOf, wordsOf } from '../format/amount.ts'
import { at, rowsAt } from '../panels/path.ts'
import { escaped } from './escaped.ts'
import type { Palette } from './palette.ts'

/** An axis a row, the value now filled, the one before as a dashed outline. */
export function radarOption(panel: RadarPanel, document: unknown, palette: Palette): EChartsOption {
  const rows = rowsAt(document, panel.rows)
  const told = (path: string): string => rows.map((row) => `${escaped(wordsOf(String(at(row, panel.axis))))}: <b>${escaped(amountText(at(row, path)))}</b>`).join('<br>')
  // A radar has no gaps: an axis without a value is not drawn as zero but makes the outline end there.
  const values = (path: string): (number | string)[] => rows.map((row) => placeOf(at(row, path)) ?? '-')
  return {
    animation: false, aria: { enabled: true, label: { enabled: false } },
    radar: {
      indicator: rows.map((row) => ({ name: wordsOf(String(at(row, panel.axis))), min: panel.least, max: panel.most })), radius: '56%',
      axisName: { color: palette.text }, splitLine: { lineStyle: { color: palette.line } }, splitArea: { show: false }, axisLine: { lineStyle: { color: palette.line } },
    },
    tooltip: {
      confine: true, backgroundColor: palette.surface, borderColor: palette.line, textStyle: { color: palette.text },
      formatter: (hovered: unknown) => ((hovered as { readonly name: string }).name === 'Before' ? `<b>Before</b><br>${told(panel.before)}` : `<b>Now</b><br>${told(panel.value)}`),
    },
    series: [{
      type: 'radar', data: [
        { name: 'Before', value: values(panel.before) as number[], symbol: 'rect', lineStyle: { type: 'dashed', color: palette.quiet }, itemStyle: { color: palette.quiet } },
        { name: 'Now', value: values(panel.value) as number[], symbol: 'circle', lineStyle: { color: palette.main, width: 2 }, itemStyle: { color: palette.main }, areaStyle: { color: palette.main, opacity: 0.25 } },
      ],
    }],
  }
}
