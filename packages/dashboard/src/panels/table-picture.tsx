import { lazy, Suspense, useMemo } from 'react'
import type { TablePanel } from '../../../tidemark/src/panels/panel.ts'
import { LoadingState } from '../states/loading-state.tsx'
import type { PictureProps } from './panel-picture.tsx'
import { panelRows } from './panel-rows.ts'

const RowsTable = lazy(() => import('./rows-table.tsx').then((loaded) => ({ default: loaded.RowsTable })))

export function TablePicture({ title, panel, document, grain }: PictureProps<TablePanel>) {
  const rows = useMemo(() => panelRows(panel, document), [panel, document])
  const order = panel.order === null ? null : { column: panel.columns.findIndex(({ path }) => path === panel.order?.path), way: panel.order.way }
  return <Suspense fallback={<LoadingState />}><RowsTable label={title} rows={rows} grain={grain} order={order} /></Suspense>
}
