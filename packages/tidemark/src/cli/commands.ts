import type { CommandGroup, CommandSpec } from './command-spec.ts'

export interface CommandEntry {
  readonly summary: string
  /** Each command is loaded only when it is called: what one needs costs the others nothing. */
  load(): Promise<CommandSpec | CommandGroup>
}

/** Every command, in the order that help lists them. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  demo: { summary: 'Make and fill a project, and show its answers', load: async () => (await import('./demo.ts')).demo },
  init: { summary: 'Make a new project', load: async () => (await import('./init.ts')).init },
  doctor: { summary: 'Check the project, one line a check', load: async () => (await import('./doctor.ts')).doctor },
  migrate: { summary: 'Show how the store must change for the declarations, and change it', load: async () => (await import('./migrate.ts')).migrate },
  ingest: { summary: 'Take in events from a file or standard input', load: async () => (await import('./ingest.ts')).ingest },
  retract: { summary: 'Take back events by their ids', load: async () => (await import('./retract.ts')).retract },
  adjust: { summary: 'Change a sum or a count of a day by a signed amount', load: async () => (await import('./adjust.ts')).adjust },
  quarantine: { summary: 'See and replay what was not accepted', load: async () => (await import('./quarantine.ts')).quarantine },
  capture: { summary: 'Close the days that are over', load: async () => (await import('./capture.ts')).capture },
  signal: { summary: 'Say that something else has finished; what waits for it runs', load: async () => (await import('./signal.ts')).signal },
  run: { summary: 'The worker: captures, tiers and alerts as they come due', load: async () => (await import('./run.ts')).run },
  tiers: { summary: 'Roll up, prove, retire and archive', load: async () => (await import('./tiers.ts')).tiers },
  query: { summary: 'Answer by day, week, month, quarter, year or range', load: async () => (await import('./query.ts')).query },
  window: { summary: "Answer by windows that start on each entity's own day", load: async () => (await import('./window.ts')).window },
  serve: { summary: 'The HTTP API: answers, events and alerts for programs and browsers', load: async () => (await import('./serve.ts')).serve },
  alerts: { summary: 'What is past its bound: check, list, acknowledge, silence, explain', load: async () => (await import('./alerts.ts')).alerts },
  forecast: { summary: 'Forecast one answer of one entity, with intervals and the measured past error', load: async () => (await import('./forecast.ts')).forecast },
  inspect: { summary: 'Show one row, what produced it, and its revisions', load: async () => (await import('./inspect.ts')).inspect },
  grafana: { summary: 'Dashboards for Grafana, made from the declarations', load: async () => (await import('./grafana.ts')).grafana },
  hold: { summary: 'Legal holds: place, lift, list', load: async () => (await import('./hold.ts')).hold },
  forget: { summary: 'Erase an entity from every tier and archive, with a certificate', load: async () => (await import('./forget.ts')).forget },
  token: { summary: 'Tokens with roles: create, list, revoke', load: async () => (await import('./token.ts')).token },
  audit: { summary: 'What stays on record of exports, deletions and tokens', load: async () => (await import('./audit.ts')).audit },
  verify: { summary: 'Check every row and every archive file', load: async () => (await import('./verify.ts')).verify },
}
