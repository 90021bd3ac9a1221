export type InputFormat = 'csv' | 'ndjson'
