import type { EChartsOption } from 'echarts'
import type { HeatPanel } from '../../../tidemark/src/panels/panel.ts'
import { amountText, headed, placeOf } from '../format/amount.ts'
import { at, rowsAt } from '../panels/path.ts'
import { escaped } from './escaped.ts'
import type { Palette } from './palette.ts'

/** A cell for each pair of words, paler the less; a pair without a row is an empty cell. */
export function heatOption({ rows, x, y, value }: HeatPanel, document: unknown, palette: Palette, chosen: { readonly x: string; readonly y: string } | null = null): EChartsOption {
  const cells = rowsAt(document, rows).flatMap((row) => {
    const place = placeOf(at(row, value.path))
    const [across, down] = [x.words.indexOf(String(at(row, x.path))), y.words.indexOf(String(at(row, y.path)))]
    if (place === null || across < 0 || down < 0) return []
    const isChosen = chosen !== null && (chosen.x === '' || chosen.x === x.words[across]) && (chosen.y === '' || chosen.y === y.words[down])
    return [{ value: [across, down, place], raw: at(row, value.path), ...(isChosen ? { itemStyle: { borderColor: palette.text, borderWidth: 3 } } : {}) }]
  })
  const greatest = cells.reduce<(typeof cells)[number] | null>((most, cell) => (most === null || (cell.value[2] ?? 0) > (most.value[2] ?? 0) ? cell : most), null)
  const category = ({ words }: HeatPanel['x']) => ({
    type: 'category' as const, data: words.map(headed), axisLabel: { color: palette.faint }, axisTick: { show: false }, axisLine: { show: false }, splitArea: { show: false },
  })
  return {
    animation: false, grid: { left: 8, right: 8, top: 8, bottom: 58, outerBoundsMode: 'same' },
    xAxis: { ...category(x), name: headed(x.title), nameLocation: 'middle' as const, nameGap: 26, nameTextStyle: { color: palette.faint } }, yAxis: { ...category(y), inverse: true },
    visualMap: {
      min: 0, max: Math.max(1, greatest?.value[2] ?? 1), calculable: false, text: [amountText(greatest?.raw, value.unit), '0'], orient: 'horizontal', left: 'center', bottom: 0, itemHeight: 120, itemWidth: 12,
      textStyle: { color: palette.faint }, inRange: { color: palette.surface === '#ffffff' ? ['#ffffff', '#9ecae1', '#0072b2', '#08306b'] : ['#1d2126', '#0b4a75', '#2b8cc4', '#c6e6fa'] },
    },
    tooltip: {
      confine: true, backgroundColor: palette.surface, borderColor: palette.line, textStyle: { color: palette.text },
      formatter: (hovered: unknown) => {
        const { data } = hovered as { readonly data: { readonly value: readonly number[]; readonly raw: unknown } }
        return `${escaped(headed(y.words[data.value[1] ?? 0] ?? ''))} ${escaped(x.words[data.value[0] ?? 0] ?? '')}<br>${escaped(headed(value.title))}: <b>${escaped(amountText(data.raw, value.unit))}</b>`
      },
    },
    series: [{ type: 'heatmap', data: cells, itemStyle: { borderColor: palette.line, borderWidth: 1 }, emphasis: { itemStyle: { borderColor: palette.text } } }],
  }
}
