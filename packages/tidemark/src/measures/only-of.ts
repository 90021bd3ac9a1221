/** The part of a kind that its feed never asks for: a definition that leads here was not made by the declarations. */
export function onlyOfEvents(kind: string): () => never {
  return () => {
    throw new Error(`a measure of kind ${kind} is only of events`)
  }
}

export function onlyOfCollectors(kind: string): () => never {
  return () => {
    throw new Error(`a measure of kind ${kind} is only of collectors`)
  }
}
