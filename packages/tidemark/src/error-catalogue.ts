/** One entry an error: its exit code, why in general, and how to mend it. */
export interface CatalogueEntry {
  /** 1 failed; 2 the words of the call are wrong. A fault of the configuration is none of the call's words. */
  readonly exit: 1 | 2
  /** Of a fault of the call's words that can also stand in the configuration: its exit code there. */
  readonly inConfiguration?: 1
  readonly why: string
  readonly hint: string
}

/**
 * Every code Tidemark can raise. `docs/errors.md` has a section for each and no other;
 * a test holds the two together in both directions.
 */
export const CATALOGUE = {
  // Declarations
  NAME_UNUSABLE: {
    exit: 1,
    why: 'A name becomes a table, a column or a view, and must be one that SQL can carry.',
    hint: 'Use a letter followed by letters, digits or underscores, 48 characters at most, and none of the reserved words.',
  },
  NAME_TAKEN: {
    exit: 1,
    why: 'Two things of one name cannot be told apart; SQL ignores case, so case does not tell them apart either.',
    hint: 'Rename one of the two.',
  },
  FIELD_UNKNOWN: {
    exit: 1,
    why: 'The declaration names a field that the stream does not declare.',
    hint: 'Declare the field under `fields`, or name one that is declared.',
  },
  FIELD_UNFIT: {
    exit: 1,
    why: 'The field is declared, but its type cannot play this part.',
    hint: 'Use a field of the type named in the message.',
  },
  ZONE_UNKNOWN: {
    exit: 1,
    why: 'The zone is not one that the time zone database knows.',
    hint: 'Use an IANA name such as Europe/Berlin or UTC.',
  },
  KEEP_INVALID: {
    exit: 1,
    why: 'A retention policy must lead from day to its last tier without a gap.',
    hint: "Write ages as '90d', '12w', '18mo' or '3y', and 'archive' or 'forever' for the last tier.",
  },
  KEEP_TOO_SHORT: {
    exit: 1,
    why: 'Rows would be deleted while a coarser tier or an as-of question still needs them.',
    hint: 'Keep each tier longer than the one before it, and the day tier at least asOfDays.',
  },
  FREQUENCY_INVALID: {
    exit: 1,
    why: 'How often entities are captured must be decidable for every status and activity, by one rule.',
    hint: 'Give each status one rule; busier steps ascend in bound and frequency, and none is finer than the grain of the series.',
  },
  MEASURE_NOT_MERGEABLE: {
    exit: 1,
    why: 'Rows of this kind cannot be merged into a coarser tier without losing the answer.',
    hint: 'Leave the tier out of `keep`, or choose a kind that merges.',
  },
  RATIO_CYCLE: {
    exit: 1,
    why: 'A ratio is recomputed from its parts; a part that is the ratio itself has no value.',
    hint: 'Break the cycle: a ratio divides measures, not ratios that divide it.',
  },
  RATIO_PART_UNKNOWN: {
    exit: 1,
    why: 'A ratio divides two measures of its own series.',
    hint: 'Declare the measure, or name one that is declared and can be summed.',
  },
  TRIGGER_NEVER_FIRES: {
    exit: 1,
    why: 'No event that can reach this series would ever set the trigger off.',
    hint: 'Count a stream that feeds the series, and let `every` be a whole number of 1 or more.',
  },
  WINDOW_INVALID: {
    exit: 2,
    inConfiguration: 1,
    why: 'An anchored window is a whole number of months from a declared anchor.',
    hint: "Write { anchor: 'firstEvent', months: 4 }.",
  },
  DECLARATION_INVALID: {
    exit: 1,
    why: 'The declaration is not of the form that the types describe.',
    hint: 'Compare it with the reference in docs/declarations.md.',
  },
  // The store
  STORE_URL_INVALID: {
    exit: 2,
    inConfiguration: 1,
    why: 'A store is named by a URL: sqlite:PATH.',
    hint: "Write for example store: 'sqlite:history.db'.",
  },
  STORE_UNREADABLE: {
    exit: 1,
    why: 'The file could not be opened as a database.',
    hint: 'Check the path, its permissions and that nothing else wrote to the file.',
  },
  STORE_FOREIGN: {
    exit: 1,
    why: 'Tables of Tidemark would collide with tables of the same name that it did not make.',
    hint: 'Choose another file for the store.',
  },
  STORE_BUSY: {
    exit: 1,
    why: 'Another process holds the database locked.',
    hint: 'Wait for it to finish, and try again.',
  },
  SIGNAL_INVALID: {
    exit: 2,
    inConfiguration: 1,
    why: 'A signal is known by its name alone, so a name must be one that can be told again.',
    hint: 'Use a letter or digit followed by letters, digits, dots, dashes or underscores, 100 characters at most.',
  },
  WORK_FAILED: {
    exit: 1,
    why: 'A job failed; it will be tried again by the next worker that looks, later with each failure.',
    hint: 'Mend what the lines above name, and run tidemark run --once again.',
  },
  LEASE_LOST: {
    exit: 1,
    why: 'A worker that does not renew its lease in time is taken for dead, and what it still writes is refused.',
    hint: 'Nothing is lost: the worker that took over does the work. A machine that is often too slow needs a longer heartbeat.',
  },
  HELD: {
    exit: 1,
    why: 'What a legal hold covers is neither retired nor erased until the hold is lifted.',
    hint: 'See tidemark hold list; an administrator may erase in spite of it with --override-hold REASON, which is recorded.',
  },
  HOLD_UNKNOWN: {
    exit: 2,
    why: 'A hold is known by the number that it was given when it was placed, and can be lifted once.',
    hint: 'See tidemark hold list.',
  },
  ERASED: {
    exit: 1,
    why: 'The history of this entity was erased, and nothing is taken in under its name any more.',
    hint: 'Use another name for something new.',
  },
  ERASURE_UNKNOWN: {
    exit: 2,
    why: 'An erasure is known by the number in its certificate.',
    hint: 'See tidemark forget --list.',
  },
  ENTITY_UNKNOWN: {
    exit: 2,
    why: 'The store holds nothing of an entity of that name.',
    hint: 'Check the tenant and the name; a name must match to the letter.',
  },
  CASCADE_INVALID: {
    exit: 2,
    why: 'A cascade watches a table of the same database file, which has a row for each entity.',
    hint: 'Name a table that is there, and its columns for the entity and its tenant.',
  },
  STORE_NEWER: {
    exit: 1,
    why: 'The store was written by a newer program, whose layout this one does not know.',
    hint: 'Upgrade tidemark to at least the version named.',
  },
  STORE_FULL: {
    exit: 1,
    why: 'The disk has no room for the write; nothing of it was kept.',
    hint: 'Free space and repeat the command.',
  },
  STORE_IO: {
    exit: 1,
    why: 'The operating system failed a read or a write; nothing of the command was kept.',
    hint: 'Check the disk, run tidemark verify, and repeat the command.',
  },
  STORE_CORRUPT: {
    exit: 1,
    why: 'The database file is damaged.',
    hint: 'Run tidemark verify --deep, and restore the file from a backup.',
  },
  STORE_DURABILITY: {
    exit: 1,
    why: 'A connection must have journal_mode=WAL and synchronous=FULL, and SQLite must be 3.51.3 or later; otherwise an acknowledged write could be lost.',
    hint: 'Put the database on a local disk and use the driver that is installed with tidemark.',
  },
  STORE_ONE_CONNECTION: {
    exit: 1,
    why: 'The store was opened on a single connection, and this needs another beside it.',
    hint: 'Open the file by its path, in Node, to verify it.',
  },
  STORE_CLOSED: {
    exit: 1,
    why: 'The store was closed before the command.',
    hint: 'Open it again.',
  },
  MIGRATION_NEEDED: {
    exit: 1,
    why: 'The declarations differ from what the store holds.',
    hint: 'Run tidemark migrate.',
  },
  MIGRATION_LOSSY: {
    exit: 1,
    why: 'The change would throw history away.',
    hint: 'Keep the declaration, or accept the loss by name with --accept-data-loss NAME.',
  },
  MIGRATION_INCOMPATIBLE: {
    exit: 1,
    why: 'What a stored name means cannot change under it: old and new values would stand side by side as if they were the same.',
    hint: 'Give the changed measure, field or series a new name.',
  },
  MIGRATION_RACED: {
    exit: 1,
    why: 'Another process migrated the store in the meantime.',
    hint: 'Run tidemark migrate again.',
  },
  MIGRATION_VERSION_UNKNOWN: {
    exit: 2,
    why: 'Only versions that were applied to this store can be gone back to.',
    hint: 'See tidemark migrate --status.',
  },
  SERIES_UNKNOWN: {
    exit: 2,
    why: 'The configuration declares no series of that name.',
    hint: 'Name a declared series.',
  },
  STREAM_UNKNOWN: {
    exit: 2,
    why: 'The configuration declares no stream of that name.',
    hint: 'Name a declared stream.',
  },
  // Tiers
  CLOCK_JUMPED: {
    exit: 1,
    why: 'The wall clock is more than a day behind, or more than 35 days ahead of, the last time that is believed; were it wrong, rows would be deleted too early. What has been captured or ingested since by a clock that nobody confirmed is no reason to believe it.',
    hint: 'Set the clock right, or confirm the time by giving it: tidemark tiers run --now 2024-03-01T09:30:00Z.',
  },
  ROLLUP_PROOF_FAILED: {
    exit: 1,
    why: 'The rolled-up rows do not add up to the rows they stand for; nothing was deleted.',
    hint: 'Run tidemark verify --deep and report what it finds.',
  },
  // Reading files
  FILE_UNREADABLE: {
    exit: 1,
    why: 'The file could not be opened or read.',
    hint: 'Check the path and its permissions.',
  },
  FILE_EMPTY: {
    exit: 1,
    why: 'A file with nothing in it is more often a failed export than no events.',
    hint: 'Check how the file was made; a CSV file without events still has its header.',
  },
  FILE_ENCODING: {
    exit: 1,
    why: 'Files are read as UTF-8; anything else would be kept garbled.',
    hint: 'Save the file as UTF-8.',
  },
  FILE_HEADER: {
    exit: 1,
    why: 'The first line of a CSV file names its columns.',
    hint: 'Name a column for each field of the stream that is not optional, each once.',
  },
  FILE_TRUNCATED: {
    exit: 1,
    why: 'The file ends in the middle of a value, or of its compression.',
    hint: 'Get the file again; events that were read before are not counted twice.',
  },
  FORMAT_UNKNOWN: {
    exit: 2,
    why: 'The format is told by the ending of the name: .csv, .ndjson or .jsonl, and .gz behind any of them.',
    hint: 'Rename the file, or give --format csv or --format ndjson.',
  },
  // Questions
  TENANT_NEEDED: {
    exit: 2,
    why: 'The store holds several tenants, and their numbers are never mixed unasked.',
    hint: 'Give --tenant NAME, or --all-tenants.',
  },
  GRAIN_UNKNOWN: {
    exit: 2,
    why: 'Answers have the grain day, week, month, quarter, year or range; those of collected series captured, too.',
    hint: 'Name one of them.',
  },
  GRAIN_NOT_ACROSS: {
    exit: 2,
    why: 'The captured windows of several entities are not the same windows, so they make no total.',
    hint: 'Leave out the total, or ask for days or coarser.',
  },
  DATE_INVALID: {
    exit: 2,
    why: 'A local day is written YYYY-MM-DD and must exist on the calendar.',
    hint: 'Write for example 2024-03-01.',
  },
  RANGE_INVALID: {
    exit: 2,
    why: 'A range is half-open: it starts before it ends.',
    hint: 'Let --from be before --to.',
  },
  INSTANT_INVALID: {
    exit: 2,
    why: 'An instant is ISO 8601 with an offset or Z.',
    hint: 'Write for example 2024-03-01T09:30:00Z.',
  },
  DIMENSION_UNKNOWN: {
    exit: 2,
    why: 'The series is not split by that field.',
    hint: 'Declare it with .by(…), or name a declared dimension.',
  },
  DIMENSION_VALUE_UNKNOWN: {
    exit: 2,
    why: 'The dimension does not declare that value.',
    hint: 'Name a declared value.',
  },
  WINDOW_UNKNOWN: {
    exit: 2,
    why: 'The series declares no window of that name.',
    hint: 'Name a declared window, or give --anchor and --length.',
  },
  AS_OF_BEYOND_HORIZON: {
    exit: 2,
    why: 'Earlier beliefs are kept for asOfDays only.',
    hint: 'Ask for a later instant, or declare a longer asOfDays.',
  },
  MEASURE_UNKNOWN: {
    exit: 2,
    inConfiguration: 1,
    why: 'The series declares no measure of that name.',
    hint: 'Name a measure of the series.',
  },
  ANSWER_UNKNOWN: {
    exit: 2,
    inConfiguration: 1,
    why: 'Each kind of measure has its own answers.',
    hint: 'Name an answer of the measure, such as contributions.sum.',
  },
  COMPARISON_UNKNOWN: {
    exit: 2,
    why: 'Answers are compared with the period before, or with the period a year before.',
    hint: 'Name previous, year, or both.',
  },
  REQUEST_INVALID: {
    exit: 2,
    why: 'The request is not of the form that the types describe.',
    hint: 'Compare it with the type of the request.',
  },
  ANSWER_NOT_ACROSS: {
    exit: 2,
    inConfiguration: 1,
    why: 'This answer is about the windows of one entity and has no meaning for several together.',
    hint: 'Leave out the total, or ask for an answer that adds up.',
  },
  ANSWER_NOT_AS_OF: {
    exit: 2,
    why: 'How many days of a retired row were known at an earlier instant, if no capture had closed them by then, is detail that is gone.',
    hint: 'Ask for its count beside the coverage, or for the current answer.',
  },
  SOURCE_INVALID: {
    exit: 1,
    why: 'A source is a database that collectors read, named by a URL: sqlite:PATH.',
    hint: "Write for example sources: { app: 'sqlite:app.db' }.",
  },
  SOURCE_UNKNOWN: {
    exit: 1,
    why: 'A collector reads a source that is not configured.',
    hint: "Name it under sources: sources: { app: 'sqlite:app.db' }.",
  },
  SOURCE_FAILED: {
    exit: 1,
    why: 'A live source could not be read; the windows it was asked for are recorded as failed, never as zero, and are asked for again while they are due.',
    hint: 'Mend what the message names, and run tidemark capture again.',
  },
  PAST_NOT_COLLECTED: {
    exit: 2,
    why: 'The collector answers for the present only, so a window that is over stays as it is.',
    hint: 'If the source can answer for a window that is over, declare it with collect(…, { past: true }).',
  },
  PAYLOAD_UNREADABLE: {
    exit: 1,
    why: 'A payload is stored with the version of its schema, and read through the upgraders to the declared version.',
    hint: 'Mend the upgrader named, or declare the version that the payload was stored with.',
  },
  SAMPLE_INVALID: {
    exit: 1,
    why: 'What a collector gives is recorded exactly as its measure declares it, or not at all.',
    hint: 'Give the value that is expected, or null where the source has none and the measure may be without one.',
  },
  SUM_TOO_LARGE: {
    exit: 1,
    why: 'Sums are 64-bit integers; one that does not fit is refused, never wrapped or rounded.',
    hint: 'Measure in a larger unit, or split the series.',
  },
  INTEGER_TOO_LARGE: {
    exit: 1,
    why: 'An integer is printed as a JSON number, which is exact to 2^53 only.',
    hint: 'Declare the field bigint(), under a new measure name.',
  },
  // Archive
  ARCHIVE_DAMAGED: {
    exit: 1,
    why: 'An archive file is missing, or is not byte for byte what was published.',
    hint: 'Put the file back from a backup or a mirror; `tidemark verify --deep` names every damaged file.',
  },
  ARCHIVE_PROOF_FAILED: {
    exit: 1,
    why: 'What another reader reads back from a new archive file is not what was to be written; nothing was deleted.',
    hint: 'Run it again; if it fails again, check the disk and the memory of the machine.',
  },
  ARCHIVE_SOURCE_MOVED: {
    exit: 1,
    why: 'Rows of the period kept changing while its file was made; they stay in the store, and answers are the same.',
    hint: 'Run tidemark tiers run again.',
  },
  ARCHIVE_FOLDER: {
    exit: 1,
    why: 'A file of the archive folder could not be read, written, synced or published; nothing was deleted.',
    hint: 'Check the folder, its permissions and its free space, and run it again.',
  },
  // Configuration
  CONFIG_MISSING: {
    exit: 1,
    why: 'A project is a folder with a tidemark.config.ts; none was found here or in the folders above.',
    hint: 'Go to the project\'s folder, name the file with --config, or make a project with tidemark init.',
  },
  CONFIG_UNREADABLE: {
    exit: 1,
    why: 'The configuration file is there but could not be read.',
    hint: 'Check that it is a file and that its permissions let you read it.',
  },
  CONFIG_SYNTAX: {
    exit: 1,
    why: 'The configuration is not valid TypeScript, or uses syntax that cannot simply be stripped (enums, namespaces, parameter properties).',
    hint: 'Mend the line named.',
  },
  CONFIG_IMPORT: {
    exit: 1,
    why: 'The configuration imports something that is not there.',
    hint: 'Mend the import; relative imports carry their file ending.',
  },
  CONFIG_THREW: {
    exit: 1,
    why: 'The configuration threw an error while it was read.',
    hint: 'Mend the line named.',
  },
  CONFIG_INVALID: {
    exit: 1,
    why: 'A configuration is { store, series } and, optionally, archive.',
    hint: "Write export default defineConfig({ store: 'sqlite:history.db', archive: 'archive', series: [activity] }).",
  },
  // Command line
  COMMAND_UNKNOWN: {
    exit: 2,
    why: 'There is no command of that name.',
    hint: 'See tidemark --help.',
  },
  OPTION_UNKNOWN: {
    exit: 2,
    why: 'The command has no such option.',
    hint: 'See tidemark --help.',
  },
  OPTION_INVALID: {
    exit: 2,
    why: 'The option does not take that value.',
    hint: 'See tidemark --help.',
  },
  ARGUMENT_MISSING: {
    exit: 2,
    why: 'The command needs one more word.',
    hint: 'See tidemark --help.',
  },
  ARGUMENT_EXCESS: {
    exit: 2,
    why: 'The command takes fewer words.',
    hint: 'See tidemark --help.',
  },
  CONFIRMATION_MISSING: {
    exit: 2,
    why: 'What cannot be undone is asked for once more, and there is no terminal to ask on.',
    hint: 'See it with --dry-run, and confirm it with --yes.',
  },
  TEMPLATE_UNKNOWN: {
    exit: 2,
    why: 'There is no template of that name.',
    hint: 'See tidemark init --help.',
  },
  PROJECT_EXISTS: {
    exit: 1,
    why: 'There is a configuration in the folder, and it is never overwritten.',
    hint: 'Choose another folder, or see what is there with tidemark doctor.',
  },
  FOLDER_TAKEN: {
    exit: 1,
    why: 'The demo writes only into a folder that it made itself.',
    hint: 'Name another folder with --dir.',
  },
  FOLDER_BUSY: {
    exit: 1,
    why: 'Two demos at once would each make the same history, and neither would end.',
    hint: 'Wait until the other has ended, or name another folder with --dir.',
  },
  QUARANTINE_UNKNOWN: {
    exit: 2,
    why: 'What is in quarantine is known by the number that the list shows; what was replayed is no longer there.',
    hint: 'See tidemark quarantine list.',
  },
  FORECAST_INVALID: {
    exit: 2,
    why: 'A forecast is of one number of one entity, a whole number of periods ahead.',
    hint: 'Name one tenant, one entity and one answer that is a number, a grain from day to year, and a horizon from 1 to 400 periods.',
  },
  ALERT_INVALID: {
    exit: 2,
    inConfiguration: 1,
    why: 'An alert compares one answer of a series with one bound, and resolves once the value has gone back past its clear bound.',
    hint: "Write alert('capacity', { of: metrics, measure: 'seats.last', atLeast: '80', clearBelow: '76', action: 'what to do' }).",
  },
  PANEL_INVALID: {
    exit: 1,
    why: 'A dashboard draws an answer by its panel alone, so that every path, unit and level of it must be there when it is declared.',
    hint: "Write answer('name', { title, summary, words: { tenant: 'required' }, panel: { draw: 'table', rows: 'rows', columns: […], order: null }, coverage: { path: 'coverage' }, ask }).",
  },
  PROJECT_ANSWER_UNKNOWN: {
    exit: 2,
    why: 'The configuration declares no answer of that name.',
    hint: 'See /v1/answers for those that there are.',
  },
  ALERT_UNKNOWN: {
    exit: 2,
    why: 'An alert is known by the number that the list shows; a rule and an entity by their names.',
    hint: 'See tidemark alerts list.',
  },
  CHANNEL_INVALID: {
    exit: 1,
    why: 'A channel is known by a name of its own; a webhook needs an https address without a user in it and a secret to sign with.',
    hint: "Write webhookChannel({ name: 'ops', url: 'https://ops.example.org/alerts', secret: { env: 'OPS_ALERTS_SECRET' } }).",
  },
  CHANNEL_SECRET_MISSING: {
    exit: 1,
    why: 'The address or the secret of a webhook is read from the environment when something is sent, and was not usable there.',
    hint: 'Set the variable that the message names for the process that checks alerts; what was not told is told afterwards.',
  },
  CHANNEL_FAILED: {
    exit: 1,
    why: 'The receiver of a webhook did not answer with 2xx, in whole and in time, so nobody knows whether it has kept what it was told.',
    hint: 'Look at the receiver. Tidemark tries again with the same tidemark-key, later each time.',
  },
  ADDRESS_REFUSED: {
    exit: 1,
    why: 'What is sent outside must not reach the machines inside, whatever a name leads to; and what is not encrypted can be read on the way.',
    hint: "Use an https address that is public, or name the range of your own network under allow: ['10.1.2.0/24'].",
  },
  FORBIDDEN: {
    exit: 1,
    why: 'Every token has a role, and may be bound to tenants; what it may do is decided by these alone.',
    hint: 'Ask an administrator for a token of another role: docs/access.md says what each may do.',
  },
  TOKEN_INVALID: {
    exit: 2,
    why: 'A token has a name, a role, tenants or none, and days until it expires.',
    hint: "Write tidemark token create --name 'dashboard' --role viewer --tenant kysely --expires 90.",
  },
  TOKEN_MALFORMED: {
    exit: 1,
    why: 'A token is tide_, 40 letters and digits, and 6 of a checksum.',
    hint: 'Copy the token once more, whole, or make another one with tidemark token create.',
  },
  TOKEN_UNKNOWN: {
    exit: 1,
    why: 'A token is known by the store that it was made in, and by no other.',
    hint: 'Make one with tidemark token create, in this store.',
  },
  TOKEN_EXPIRED: {
    exit: 1,
    why: 'It was made for a time, which is over.',
    hint: 'Make another one with tidemark token create.',
  },
  TOKEN_REVOKED: {
    exit: 1,
    why: 'An administrator has ended it; a revoked token is never valid again.',
    hint: 'Make another one with tidemark token create.',
  },
  // Over HTTP
  TOKEN_MISSING: {
    exit: 2,
    why: 'Every request says who asks.',
    hint: 'Send Authorization: Bearer TOKEN, or the token as the password of Basic; a browser opens the link that the server prints.',
  },
  LINK_SPENT: {
    exit: 2,
    why: 'A link of the server opens one session, within ten minutes.',
    hint: 'Start the server again for another link, or use a token.',
  },
  ORIGIN_FOREIGN: {
    exit: 2,
    why: 'What a browser writes with its session must come from a page of this server, not from another that has it ask.',
    hint: 'Use a token from elsewhere.',
  },
  HOST_UNKNOWN: {
    exit: 2,
    why: 'What listens on one machine alone answers to its own names alone, so that no page elsewhere can read it under a name of its own.',
    hint: 'Ask for 127.0.0.1 or localhost.',
  },
  ROUTE_UNKNOWN: {
    exit: 2,
    why: 'The server has nothing at this path.',
    hint: 'See /v1/docs for what there is.',
  },
  METHOD_UNKNOWN: {
    exit: 2,
    why: 'The path is there, but not for this method.',
    hint: 'See /v1/docs for what there is.',
  },
  CURSOR_INVALID: {
    exit: 2,
    why: 'A cursor goes on with the question that gave it, unchanged, for whoever asked it.',
    hint: 'Send the `next` of the last page with the same question, or begin anew without it.',
  },
  BODY_INVALID: {
    exit: 1,
    why: 'The body could not be read as what it says it is.',
    hint: 'Send JSON in UTF-8, whole.',
  },
  BODY_TOO_DEEP: {
    exit: 1,
    why: 'What nests without end exhausts whoever reads it; nothing that is taken here nests deeply.',
    hint: 'Send events as flat objects.',
  },
  BODY_TOO_LARGE: {
    exit: 1,
    why: 'A body is bounded, also in what it unpacks to.',
    hint: 'Send events as application/x-ndjson, or in several requests.',
  },
  BODY_TYPE_UNKNOWN: {
    exit: 1,
    why: 'The route does not read bodies of this type or coding.',
    hint: 'Send application/json, or application/x-ndjson for events; packed by gzip or not at all.',
  },
  ANSWER_TOO_LARGE: {
    exit: 1,
    why: 'A whole answer is bounded, so that one question does not take the memory of all.',
    hint: 'Ask for fewer entities, a shorter range or a coarser grain.',
  },
  URL_TOO_LONG: {
    exit: 1,
    why: 'A URL is bounded.',
    hint: 'Ask for fewer entities at a time.',
  },
  HEADERS_TOO_LARGE: {
    exit: 1,
    why: 'The headers of a request are bounded.',
    hint: 'Send fewer cookies and headers.',
  },
  REQUEST_SLOW: {
    exit: 1,
    why: 'A request has its time; a connection that is kept open without being used is taken from others.',
    hint: 'Send it again; what was acknowledged stays, and events that came twice count once.',
  },
  RATE_EXCEEDED: {
    exit: 1,
    why: 'How often a token, a tenant and an address may ask is bounded.',
    hint: 'Wait as long as Retry-After says.',
  },
  SERVER_CLOSING: {
    exit: 1,
    why: 'The server was told to stop, and takes nothing new.',
    hint: 'Send it again once the server is back.',
  },
  HOST_PUBLIC: {
    exit: 2,
    why: 'Tokens and answers would go over the network for anybody to read.',
    hint: 'Give --tls-cert and --tls-key, or --insecure-public where something in front of it encrypts.',
  },
  LISTEN_FAILED: {
    exit: 1,
    why: 'The address could not be listened on: another program has it, or this machine has no such address.',
    hint: 'Give another --port, or 0 for a free one.',
  },
  TLS_UNREADABLE: {
    exit: 1,
    why: 'The certificate or its key could not be read, or they do not belong together.',
    hint: 'Name PEM files with --tls-cert and --tls-key.',
  },
  FOLDER_UNWRITABLE: {
    exit: 1,
    why: 'The files of a project could not be written there.',
    hint: 'Choose another folder, or check its permissions and the free space.',
  },
  GIT_UNREADABLE: {
    exit: 1,
    why: 'git could not list the history of that folder.',
    hint: 'Name a folder that is a git repository with at least one commit, and check that git is installed.',
  },
  OUTPUT_FAILED: {
    exit: 1,
    why: 'The answer could not be written to standard output; what the command did is done.',
    hint: 'Check the disk or the program that reads the output.',
  },
  NODE_TOO_OLD: {
    exit: 1,
    why: 'tidemark needs Node.js 22.18 or later.',
    hint: 'Install a current Node.js, or add one to the project with npm install node@24.',
  },
  BUILD_MISSING: {
    exit: 1,
    why: 'The package has not been built: its dist folder is not there.',
    hint: 'Run npm run build in the repository.',
  },
  UNEXPECTED: {
    exit: 1,
    why: 'The program met something it does not foresee: a defect of tidemark.',
    hint: 'Report it with what TIDEMARK_DEBUG=1 prints in addition.',
  },
} as const satisfies Record<string, CatalogueEntry>

/** The code of an error, which stays the same when its words change; docs/errors.md explains each. */
export type ErrorCode = keyof typeof CATALOGUE
