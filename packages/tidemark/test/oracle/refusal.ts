/** What is answered with a code instead. */
export function refusal(code: string): Error {
  return Object.assign(new Error(code), { code })
}
