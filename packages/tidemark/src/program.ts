import { createRequire } from 'node:module'

/** The version of the running program, from its own package.json (one folder up, built or not). */
export const PROGRAM_VERSION: string = (createRequire(import.meta.url)('../package.json') as { readonly version: string }).version

/** As it is written into migrations and archive files. */
export const PROGRAM = `tidemark ${PROGRAM_VERSION}`
