/**
 * Where the pages are. Each has an `index.html` of its own in the build, so that a static server answers it and a reload
 * stays where it was; hence the slash at the end. What a page is about stands behind the question mark.
 */
export const PAGE_PATHS = { overview: '/', entity: '/entity/', compare: '/compare/', alerts: '/alerts/', explore: '/explore/', health: '/health/' } as const

export type PageName = keyof typeof PAGE_PATHS
