// The features of the namespace books, by name. Written from their definitions: change those, then run "npm run docs".

export interface BooksFeatures {
  /**
   * Explains a client's invoice and what has changed since the month before, with figures that were recomputed
   */
  'billing-explanation': {
    input: {
      client: {
        name: string
      }
      currency: string
      invoice: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        period: string
        /**
         * @minItems 1
         * @maxItems 200
         */
        lines: {
          /**
           * How the answer refers to it: a path, a number, a key
           */
          id: string
          product: string
          quantity: string
          unitPrice: string
          /**
           * As the invoice says it
           */
          amount: string
        }[]
        /**
         * Of the lines, without tax, as the invoice says it
         */
        total: string
      }
      /**
       * The invoice of the month before. Left out: nothing is compared
       */
      previous?: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        period: string
        /**
         * @minItems 1
         * @maxItems 200
         */
        lines: {
          /**
           * How the answer refers to it: a path, a number, a key
           */
          id: string
          product: string
          quantity: string
          unitPrice: string
          /**
           * As the invoice says it
           */
          amount: string
        }[]
        /**
         * Of the lines, without tax, as the invoice says it
         */
        total: string
      }
    }
    /**
     * An invoice explained, and what has changed since the month before. Every figure was recomputed
     */
    output: {
      /**
       * Evidence names what was computed: total, amount:<line>, sum:<invoice>, new:<line>, gone:<line>, quantity:<line> (with its price, where both have changed) or price:<line>. What is longer than 100 characters is cut, with a # and a fingerprint
       *
       * @minItems 1
       * @maxItems 60
       */
      sentences: {
        text: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
}
