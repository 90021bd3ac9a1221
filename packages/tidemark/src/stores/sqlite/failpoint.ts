/**
 * Called before and after every durable step, with the step's name. In the product it does nothing; crash tests stop
 * the world here.
 */
export type Reach = (failpoint: string) => void

export const passFailpoints: Reach = () => {}
