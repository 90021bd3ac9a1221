import type { Panel } from '../../../tidemark/src/panels/panel.ts'
import { CardsPicture } from './cards-picture.tsx'
import { ChartPicture } from './chart-picture.tsx'
import { GaugesPicture } from './gauges-picture.tsx'
import { HeatPicture } from './heat-picture.tsx'
import { LinksPicture } from './links-picture.tsx'
import { RadarPicture } from './radar-picture.tsx'
import { TablePicture } from './table-picture.tsx'

/** What a picture may be given beside its panel and document. */
export interface PictureProps<P extends Panel> {
  readonly name: string
  readonly title: string
  readonly panel: P
  readonly document: unknown
  readonly grain: string | null
  /** Of cards: the values that led to each, by its name. */
  readonly sparks?: ReadonlyMap<string, readonly (number | null)[]> | undefined
}

/** Whatever a panel draws. */
export function PanelPicture({ panel, ...rest }: PictureProps<Panel>) {
  switch (panel.draw) {
    case 'cards': return <CardsPicture {...rest} panel={panel} />
    case 'gauges': return <GaugesPicture {...rest} panel={panel} />
    case 'chart': return <ChartPicture {...rest} panel={panel} />
    case 'heat': return <HeatPicture {...rest} panel={panel} />
    case 'radar': return <RadarPicture {...rest} panel={panel} />
    case 'links': return <LinksPicture {...rest} panel={panel} />
    case 'table': return <TablePicture {...rest} panel={panel} />
  }
}
