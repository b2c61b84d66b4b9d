// The features of the namespace crm, by name. Written from their definitions: change those, then run "npm run docs".

export interface CrmFeatures {
  /**
   * Chooses among values that were found about a company or a contact, and its industry from a list
   */
  'data-enrichment': {
    input: {
      kind: 'company' | 'contact'
      /**
       * Of the company, or of the person
       */
      name: string
      companyName: string
      /**
       * What an industry is chosen from
       *
       * @maxItems 500
       */
      industries: string[]
      /**
       * @minItems 1
       * @maxItems 120
       */
      candidates: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        field:
          | 'industry'
          | 'employees'
          | 'website'
          | 'linkedIn'
          | 'phone'
          | 'description'
          | 'foundedYear'
          | 'address'
          | 'vatId'
          | 'jobTitle'
        value: string
        /**
         * As it stands on the page
         */
        quote: string
        page: string
      }[]
    }
    /**
     * What is chosen among the values that were found. Nothing can be added to them
     */
    output: {
      /**
       * Of fields for which the pages say several things: the one that is right
       *
       * @maxItems 20
       */
      choices: {
        field:
          | 'industry'
          | 'employees'
          | 'website'
          | 'linkedIn'
          | 'phone'
          | 'description'
          | 'foundedYear'
          | 'address'
          | 'vatId'
          | 'jobTitle'
        /**
         * Id of the candidate
         */
        candidate: string
      }[]
      /**
       * Null when the texts do not say it
       */
      industry: {
        /**
         * One of the list
         */
        value: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      } | null
    }
  }
}
