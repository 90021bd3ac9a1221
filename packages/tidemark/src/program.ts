/** The version of the running program. Written here, and not read from package.json, where there may be no files; a test holds the two equal. */
export const PROGRAM_VERSION = '0.1.0'

/** As it is written into migrations and archive files. */
export const PROGRAM = `tidemark ${PROGRAM_VERSION}`
