// The products that people sign in to at this suite.
/** Products that people sign in to at this suite. */
export type SignInProduct = 'code' | 'ai'
