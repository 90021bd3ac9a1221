import type { SeriesDefinition } from '../definitions/series.ts'
import { areCampaigns, campaignsDashboard } from './campaigns/dashboard.ts'
import type { Dashboard } from './dashboard.ts'
import { seriesDashboard } from './series-dashboard.ts'
import { dataSourceFile, type SourceOptions, traitsOf } from './source.ts'

/** A file of an export; its path is below the folder of the export. */
export interface ExportedFile {
  readonly path: string
  readonly content: string
}

/** Every dashboard of a project: one a series, and for the template `campaigns` its twelve answers. */
export function dashboardsOf(series: readonly SeriesDefinition[], source: SourceOptions): readonly Dashboard[] {
  // The twelve answers are SQL over the views.
  const answers = traitsOf(source.kind).reads === 'views' && areCampaigns(series) ? [campaignsDashboard()] : []
  return [...answers, ...series.map((one) => seriesDashboard(one, source))]
}

/**
 * The files that Grafana is provisioned with: a data source, a provider, and the dashboards. The same declarations give
 * the same bytes.
 *
 * @param folder the absolute path of the export, where Grafana looks for the dashboards
 */
export function grafanaFiles(series: readonly SeriesDefinition[], source: SourceOptions, folder: string): readonly ExportedFile[] {
  const dashboards = dashboardsOf(series, source)
  return [
    { path: 'provisioning/datasources/tidemark.yaml', content: dataSourceFile(source) },
    { path: 'provisioning/dashboards/tidemark.yaml', content: providerFile(`${folder}/dashboards`) },
    ...dashboards.map((dashboard) => ({ path: `dashboards/${dashboard.uid}.json`, content: `${JSON.stringify(dashboard, null, 2)}\n` })),
    { path: 'README.md', content: readme(dashboards, source) },
  ]
}

function providerFile(path: string): string {
  return [
    'apiVersion: 1', 'providers:', '  - name: Tidemark', '    folder: Tidemark', '    type: file', '    allowUiUpdates: false', '    options:',
    `      path: ${JSON.stringify(path.replaceAll('$', '$$$$'))}`, '',
  ].join('\n')
}

function readme(dashboards: readonly Dashboard[], { kind }: SourceOptions): string {
  const { plugin, needs } = traitsOf(kind)
  return [
    '# Dashboards of Tidemark', '', `Made by \`tidemark grafana export\`; made anew, the files are overwritten. They need the plugin \`${plugin}\`. ${needs}`, '',
    'Put `provisioning` where Grafana looks for it (`GF_PATHS_PROVISIONING`), and see that `dashboards` is at the path in `provisioning/dashboards/tidemark.yaml`; or import a dashboard by hand.', '',
    ...dashboards.map(({ uid, title }) => `- \`dashboards/${uid}.json\`: ${title}`),
    ...(dashboards.some(({ uid }) => uid === 'tidemark-campaigns') ? ['', 'The twelve answers read the view `campaign_metrics_snapshots`, which `sqlite3 history.db < views.sql` makes.'] : []), '',
  ].join('\n')
}
