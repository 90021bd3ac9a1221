import type { DataSourceRef, Target } from './dashboard.ts'

/** How Grafana comes to the history: its file by the SQLite plugin, or the HTTP API by the Infinity plugin. */
export const SOURCES = ['sqlite', 'infinity'] as const
export type SourceKind = (typeof SOURCES)[number]

/** The variable of Grafana's environment that holds its token for the HTTP API. */
const TOKEN_VARIABLE = 'TIDEMARK_TOKEN'

interface SourceTraits {
  readonly plugin: string
  /** SQL over the views of a store, or answers of a server. */
  readonly reads: 'views' | 'answers'
  /** The lines of the data source that are its own. */
  settings(options: SourceOptions): readonly string[]
  /** What whoever installs it must know. */
  readonly needs: string
}

const TRAITS: Readonly<Record<SourceKind, SourceTraits>> = {
  sqlite: {
    plugin: 'frser-sqlite-datasource', reads: 'views',
    // Read-only: nothing that is written into a panel can change the history.
    settings: ({ path }) => ['    jsonData:', `      path: ${quoted(path)}`, '      pathPrefix: "file:"', '      pathOptions: "mode=ro"'],
    needs: 'The store is opened read-only, at the path in `provisioning/datasources/tidemark.yaml`: change it where Grafana sees the file elsewhere.',
  },
  infinity: {
    plugin: 'yesoreyeram-infinity-datasource', reads: 'answers',
    settings: ({ url }) => [
      `    url: ${quoted(url)}`, '    jsonData:', '      auth_method: bearerToken', `      allowedHosts: [${quoted(new URL(url).origin)}]`, '    secureJsonData:', `      bearerToken: $${TOKEN_VARIABLE}`,
    ],
    needs: `Grafana takes its token from \`${TOKEN_VARIABLE}\` of its own environment.`,
  },
}

export const traitsOf = (kind: SourceKind): SourceTraits => TRAITS[kind]

export function dataSource(kind: SourceKind): DataSourceRef {
  return { type: TRAITS[kind].plugin, uid: `tidemark-${kind}` }
}

/** A query of the SQLite plugin. The columns of `times` become times: RFC 3339 text, or seconds since 1970. */
export function sqlTarget(sql: string, times: readonly string[], refId = 'A'): Target {
  // The plugin keeps what was written beside what it sends.
  return { refId, datasource: dataSource('sqlite'), queryType: 'table', rawQueryText: sql, queryText: sql, timeColumns: times }
}

export interface CsvColumn {
  /** As the CSV heads it. */
  readonly selector: string
  /** As the panel names it. */
  readonly text: string
  readonly type: 'timestamp' | 'number' | 'string'
}

/** A query of the Infinity plugin: CSV of one URL, parsed by its backend, so that alerts of Grafana can use it. */
export function csvTarget(url: string, params: Readonly<Record<string, string>>, columns: readonly CsvColumn[], refId = 'A'): Target {
  return {
    refId, datasource: dataSource('infinity'), type: 'csv', parser: 'backend', source: 'url', format: 'table', url, root_selector: '', columns, filters: [],
    url_options: { method: 'GET', data: '', params: Object.entries(params).map(([key, value]) => ({ key, value })) },
  }
}

export interface SourceOptions {
  readonly kind: SourceKind
  /** Of `sqlite`: the absolute path of the store as Grafana sees it. */
  readonly path: string
  /** Of `infinity`: where the server answers. */
  readonly url: string
}

/** The file that provisions the data source. No token is in it: Grafana takes it from its own environment. */
export function dataSourceFile(options: SourceOptions): string {
  const { type, uid } = dataSource(options.kind)
  return [
    'apiVersion: 1', 'datasources:', `  - name: Tidemark (${options.kind})`, `    uid: ${uid}`, `    type: ${type}`, '    access: proxy', '    editable: false', ...TRAITS[options.kind].settings(options), '',
  ].join('\n')
}

/** A text of YAML in which Grafana finds no variable of its environment. */
function quoted(text: string): string {
  return JSON.stringify(text.replaceAll('$', '$$$$'))
}
